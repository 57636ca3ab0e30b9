namespace Ferry.Engine.Requests;

/// <summary>The type of a result (expectDataType, resultType); the numbers are those of the source API.</summary>
public enum HttpDataType
{
    /// <summary>A text.</summary>
    String = 0,

    /// <summary>An object, parsed from JSON.</summary>
    Object = 1,

    /// <summary>Bytes.</summary>
    ArrayBuffer = 2,
}

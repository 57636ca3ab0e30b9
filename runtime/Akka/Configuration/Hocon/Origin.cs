namespace Akka.Configuration.Hocon;

/// <summary>Where a value was written, for messages a person can act on.</summary>
internal readonly record struct Origin(string? File, int Line, int Column)
{
    public override string ToString() => (File, Line) switch
    {
        (null, 0) => "a place not known",
        (null, _) => $"line {Line}, column {Column}",
        _ => $"{File}, line {Line}, column {Column}",
    };

    public ConfigurationException Error(string problem) =>
        new($"{problem} (at {ToString()}).");
}

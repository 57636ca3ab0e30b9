namespace Ferry.Engine.Transfers;

/// <summary>Lets bytes through at a pace: one for a transfer's own limit, one shared by all transfers for the engine's.</summary>
public interface IByteGate
{
    /// <summary>The most bytes that should be asked for at once, so that a slow pace does not come in gulps; <see cref="int.MaxValue"/> for no wish.</summary>
    int Grain { get; }

    /// <summary>Accounts for bytes that were received and waits until the next ones may come.</summary>
    /// <param name="bytes">How many were received.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask WaitAsync(int bytes, CancellationToken cancellationToken);
}

/// <summary>A gate that is always open.</summary>
public sealed class OpenGate : IByteGate
{
    private OpenGate()
    {
    }

    /// <summary>The one there is.</summary>
    public static OpenGate Instance { get; } = new();

    /// <inheritdoc/>
    public int Grain => int.MaxValue;

    /// <inheritdoc/>
    public ValueTask WaitAsync(int bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

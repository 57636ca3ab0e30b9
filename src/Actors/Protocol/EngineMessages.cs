using Ferry.Engine.Errors;

namespace Ferry.Actors.Protocol;

/// <summary>Asks the supervisor to tell when it is ready for commands; answered with <see cref="EngineReady"/> or <see cref="EngineUnavailable"/>.</summary>
public sealed record AwaitReady;

/// <summary>The journal is recovered.</summary>
/// <param name="Unfinished">How many transfers go on.</param>
public sealed record EngineReady(int Unfinished);

/// <summary>The journal cannot be read.</summary>
/// <param name="Error">Why, and the remedy.</param>
public sealed record EngineUnavailable(TransferError Error);

/// <summary>Lets every running transfer write a checkpoint and rest, ends those that cannot be resumed, and takes nothing new; answered with <see cref="EngineStopped"/>.</summary>
public sealed record StopEngine;

/// <summary>Nothing runs any more and everything told is journaled. The supervisor may be stopped.</summary>
public sealed record EngineStopped;

using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>How the search for a name's addresses ended.</summary>
/// <param name="Addresses">Not empty where <see cref="Error"/> is null.</param>
/// <param name="Error">Why there are none, or null.</param>
/// <param name="KeepFor">How long this stands for the next who asks; zero for not at all.</param>
internal sealed record Lookup(IReadOnlyList<IPAddress> Addresses, TransferError? Error, TimeSpan KeepFor);

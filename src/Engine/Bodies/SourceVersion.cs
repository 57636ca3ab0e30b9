using System.Globalization;

namespace Ferry.Engine.Bodies;

/// <summary>Which version of a file is sent. Where no other comes later, nobody wrote to it meanwhile (docs/decisions/0015 says within which bounds).</summary>
/// <param name="Status">Its status, looked at before the samples were read.</param>
/// <param name="Fingerprint">A digest of samples from its beginning to its end.</param>
internal readonly record struct SourceVersion(FileStatus Status, string Fingerprint)
{
    /// <summary>The version in one line: length, time of the last write, time of the last change of anything, fingerprint.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status.Length} {Status.Modified} {Status.Changed} {Fingerprint}");
}

using Ferry.Engine.Errors;

namespace Ferry.Engine.Integrity;

/// <summary>What a digest that does not match means (rule 37).</summary>
internal static class DigestErrors
{
    /// <summary>The error where a content is not what a field announced, or null where it is.</summary>
    /// <param name="expected">What the field announced.</param>
    /// <param name="found">What was computed.</param>
    public static TransferError? Check(Digests expected, Digests found) => expected.MismatchWith(found) is { } kind
        ? new TransferError(
            ErrorCode.InvalidAnswer, ErrorStage.Verifying, ErrorSide.Remote,
            $"What was received does not have the {kind} that the server announced for it: nothing was kept.")
        : null;
}

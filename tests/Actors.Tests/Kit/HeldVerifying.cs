using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Kit;

/// <summary>The real I/O, except that checking a body begins only once it is stopped.</summary>
public sealed class HeldVerifying(ITransferWorkFactory real) : ITransferWorkFactory
{
    public ITransferWork Create(ValidatedRequest request) => new Work(real.Create(request));

    private sealed class Work(ITransferWork real) : ITransferWork
    {
        public Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken) =>
            real.AttemptAsync(plan, listener, cancellationToken);

        public async Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await real.VerifyAsync(identity, cancellationToken);
        }

        public Task<PublishResult> PublishAsync(Verified verified) => real.PublishAsync(verified);

        public Task DiscardAsync(ResourceIdentity? upload) => real.DiscardAsync(upload);

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}

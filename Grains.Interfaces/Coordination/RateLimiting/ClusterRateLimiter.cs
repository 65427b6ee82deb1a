using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>Lets so much pass in a time over the whole cluster: a token bucket for each key, each owned by one silo.</summary>
/// <remarks>
/// <para><b>asyncio:</b> has none; what aiolimiter's <c>AsyncLimiter</c> is to one process.</para>
/// <para><b>Cluster:</b> in any span of time no more passes than the burst and what comes in that time, also when silos are lost: a bucket that was lost with
/// its silo comes back empty. Lost and repeated messages take nothing twice; a caller that vanishes loses its turn.</para>
/// </remarks>
public sealed partial class ClusterRateLimiter : IRateLimiter
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);
    private const int LeaveTries = 3;

    private readonly IClusterLoop _loop;

    internal ClusterRateLimiter(IClusterLoop loop, string name, RateLimit limit) => (_loop, Name, Limit) = (loop, name, limit);

    /// <summary>Gets its name: who uses the same, and the same key, shares a bucket.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public RateLimit Limit { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bucket is in use with another limit.</exception>
    public Task AcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default) => AskAsync(key, permits, waits: true, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bucket is in use with another limit.</exception>
    public Task<bool> TryAcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default) => AskAsync(key, permits, waits: false, cancellationToken);

    private async Task<bool> AskAsync(string key, int permits, bool waits, CancellationToken cancellationToken)
    {
        var bucket = new RateLimiterKey(Name, RateLimiterKey.Check(key));
        Limit.CheckPermits(permits);
        cancellationToken.ThrowIfCancellationRequested();
        var owner = ClusterLoop.From(_loop).Tasks;
        var grain = owner.Grains.GetGrain<IRateLimiterGrain>(bucket.ToString());
        var request = new RateLimitRequest(Guid.NewGuid(), permits, waits, Limit);
        try
        {
            var reply = await _loop.AwaitInside(async token =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
                return await RepeatAsync(owner, grain, request, bucket, either.Token);
            });
            return reply.Answer switch
            {
                RateLimitAnswer.OtherLimit => throw new InvalidOperationException(
                    $"Rate limiter '{Name}' is in use for '{key}' with {reply.Limit}, and asked for with {Limit}: give one name one limit."),
                var answer => answer == RateLimitAnswer.Granted,
            };
        }
        catch (OperationCanceledException)
        {
            // The bucket may have granted it already, or not have heard of it yet.
            owner.Start(() => LeaveAsync(owner, grain, request.Ticket, bucket));
            throw;
        }
    }

    private static async Task<RateLimitReply> RepeatAsync(TaskOwner owner, IRateLimiterGrain grain, RateLimitRequest request, RateLimiterKey bucket, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            try
            {
                var reply = await owner.AnswerAsync(() => grain.AcquireAsync(request)).WaitAsync(cancellationToken);
                if (reply.Answer != RateLimitAnswer.Waiting) return reply;
                continue;
            }
#pragma warning disable CA1031 // timeout, rejection, lost silo or lost gateway: the ticket makes the message one that may be repeated
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogRepeat(owner.Logger, bucket.Name, bucket.Key, e);
            }
            await owner.PauseAsync(pause, cancellationToken);
            if (pause < MaxPause) pause *= 2;
        }
    }

    private static async Task LeaveAsync(TaskOwner owner, IRateLimiterGrain grain, Guid ticket, RateLimiterKey bucket)
    {
        for (var left = LeaveTries; left > 0; left--)
        {
            try
            {
                await grain.LeaveAsync(ticket);
                return;
            }
#pragma warning disable CA1031 // as above; the bucket drops one that does not ask again
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogRepeat(owner.Logger, bucket.Name, bucket.Key, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message to rate limiter {Name} for {Key} was not answered; repeating it.")]
    private static partial void LogRepeat(ILogger logger, string name, string key, Exception exception);
}

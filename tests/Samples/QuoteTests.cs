using Microsoft.Extensions.DependencyInjection;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Testing;
using Xunit;

namespace OrleansAsync.Tests.Samples;

public interface IPriceFeed
{
    Task<decimal> GetAsync(string article, CancellationToken cancellationToken);
}

[GenerateSerializer, Immutable, Alias("shop.quote")]
public sealed record Quote([property: Id(0)] string Article) : Coroutine<decimal>;

/// <summary>Asks up to three times, for five seconds each; pauses a second after the first failure, two after the second.</summary>
internal sealed class QuoteBody(IPriceFeed feed) : CoroutineBody<Quote, decimal>
{
    protected override async Task<decimal> RunAsync(Quote coroutine, IClusterLoop loop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await loop.WaitForAsync(token => feed.GetAsync(coroutine.Article, token), TimeSpan.FromSeconds(5));
            }
            catch (Exception e) when (e is HttpRequestException or TimeoutException && attempt < 3)
            {
                await loop.SleepAsync(TimeSpan.FromSeconds(attempt));
            }
        }
    }
}

public sealed class QuoteTests : IAsyncLifetime
{
    private readonly FakeFeed _feed = new();
    private VirtualTimeCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await VirtualTimeCluster.StartAsync(new()
    {
        Assemblies = [typeof(QuoteBody).Assembly],
        // The silos are in this process, so all bodies get this very fake.
        ConfigureSilo = silo => silo.Services.AddSingleton<IPriceFeed>(_feed),
        // A feed that never answers must not stop the clock.
        OutsideWorkHoldsTime = false,
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task It_asks_again_after_a_pause_that_grows()
    {
        _feed.Answers.Enqueue(_ => throw new HttpRequestException("no connection"));
        _feed.Answers.Enqueue(_ => throw new HttpRequestException("no connection"));
        _feed.Answers.Enqueue(_ => Task.FromResult(4.20m));
        var start = _cluster.Time.GetUtcNow();

        Assert.Equal(4.20m, await _cluster.RunAsync(new Quote("tea")));
        Assert.Equal(["tea", "tea", "tea"], _feed.Asked);
        Assert.Equal(TimeSpan.FromSeconds(1 + 2), _cluster.Time.GetUtcNow() - start);
    }

    [Fact]
    public async Task It_gives_up_when_the_third_answer_does_not_come_either()
    {
        for (var i = 0; i < 3; i++) _feed.Answers.Enqueue(FakeFeed.NeverAsync);
        var start = _cluster.Time.GetUtcNow();

        await Assert.ThrowsAsync<TimeoutException>(() => _cluster.RunAsync(new Quote("tea")));
        Assert.Empty(_feed.Answers);
        Assert.Equal(TimeSpan.FromSeconds(5 + 1 + 5 + 2 + 5), _cluster.Time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Cancelled_it_lets_go_of_the_feed()
    {
        var letGo = new TaskCompletionSource();
        _feed.Answers.Enqueue(async token =>
        {
            try
            {
                return await FakeFeed.NeverAsync(token);
            }
            finally
            {
                letGo.SetResult();
            }
        });

        await _cluster.RunAsync(async loop =>
        {
            var task = loop.CreateTask(new Quote("tea"));
            await loop.SleepAsync(TimeSpan.FromSeconds(1));
            await task.CancelAsync();
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        });
        Assert.True(letGo.Task.IsCompleted);
    }
}

/// <summary>Answers as the test says, in that order.</summary>
internal sealed class FakeFeed : IPriceFeed
{
    public Queue<Func<CancellationToken, Task<decimal>>> Answers { get; } = [];

    public List<string> Asked { get; } = [];

    public Task<decimal> GetAsync(string article, CancellationToken cancellationToken)
    {
        Asked.Add(article);
        return Answers.Dequeue()(cancellationToken);
    }

    public static async Task<decimal> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return 0;
    }
}

using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>Keeps up with which loops the cluster has.</content>
internal sealed partial class TaskOwner
{
    // How often the set of loops is read while tasks are out: it also tells which loops are lost.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private TaskCompletionSource? _wake;

    /// <summary>Reads the set of loops now, and again every few seconds while tasks are out.</summary>
    public void EnsureRefreshing()
    {
        lock (_gate)
        {
            if (_wake is not null)
            {
                _wake.TrySetResult();
                return;
            }
            _wake = NewWake();
        }
        Start(RefreshWhileNeededAsync);
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IEventLoopDirectoryGrain Directory => Grains.GetGrain<IEventLoopDirectoryGrain>(0);

    private async Task RefreshWhileNeededAsync()
    {
        try
        {
            while (true)
            {
                Task wake;
                lock (_gate)
                {
                    if (_wake!.Task.IsCompleted) _wake = NewWake();
                    wake = _wake.Task;
                }
                await RefreshAsync();
                lock (_gate)
                {
                    if (_unplaced.Count == 0 && _channels.Values.All(c => c.IsIdle))
                    {
                        _wake = null;
                        return;
                    }
                }
                // Not more often than this, whoever asks: each reader of a large cluster asks the same few grains.
                await Task.Delay(RefreshInterval / 20, Time.ForUpkeep(), _stopping.Token);
                await Task.WhenAny(wake, Task.Delay(RefreshInterval, Time.ForUpkeep(), _stopping.Token));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            ImmutableArray<string> known;
            lock (_gate) known = [.. _channels.Keys];
            Apply(await AnswerAsync(() => Directory.GetLoopsAsync(known)).WaitAsync(_stopping.Token));
        }
#pragma warning disable CA1031 // whatever the network or cluster does, waiting tasks need the next try
        catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogRefreshFailed(_logger, Id, e);
        }
    }

    private void Apply(EventLoopSet loops)
    {
        List<TaskChannel> lost = [];
        List<OwnedTask> unplaced = [];
        var spread = ImmutableArray.CreateBuilder<TaskChannel>();
        lock (_gate)
        {
            foreach (var key in loops.Lost)
            {
                if (_channels.Remove(key, out var channel)) lost.Add(channel);
            }
            var usable = _silo is null ? loops.Active : loops.Active.Where(key => key.StartsWith(_silo, StringComparison.Ordinal) && key[_silo.Length] == '/');
            foreach (var key in usable)
            {
                // A loop that leaves does not come back.
                if (!_channels.TryGetValue(key, out var channel) || channel is { IsLost: true, IsLeaving: false })
                {
                    _channels[key] = channel = new TaskChannel(this, key, _generation == 0 ? Id : $"{Id}#{_generation}");
                }
                if (!channel.IsLeaving) spread.Add(channel);
            }
            _spread = spread.DrainToImmutable();
            if (!_spread.IsEmpty) (unplaced, _unplaced) = (_unplaced, []);
        }
        foreach (var channel in lost) channel.Lose();
        foreach (var task in unplaced) Submit(task);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Owner} could not read the set of event loops.")]
    private static partial void LogRefreshFailed(ILogger logger, string owner, Exception exception);
}

using Microsoft.Extensions.DependencyInjection;
using Orleans.Timers;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <content>The reminder that brings the shard back wherever its silo was lost, for as long as it has tasks to run.</content>
internal sealed partial class DetachedTasksGrain
{
    private const string Reminder = "drive";

    // The least that Orleans takes by default.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _reminding = new(1);
    private bool _hasReminder;
    private readonly Dictionary<long, Task<DetachedAnswer>> _creating = [];

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Being active is all it is for.
        await _reminding.WaitAsync();
        try
        {
            if (_runs.Count + _creating.Count > 0) return;
            _hasReminder = false;
            if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
        }
        finally
        {
            _reminding.Release();
        }
    }

    private async Task EnsureReminderAsync()
    {
        // Without the service a shard whose silo is lost comes back when another silo notices that, or starts.
        if (_hasReminder || services.GetService<IReminderRegistry>() is null) return;
        await _reminding.WaitAsync();
        try
        {
            if (!_hasReminder) await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
            _hasReminder = true;
        }
        finally
        {
            _reminding.Release();
        }
    }
}

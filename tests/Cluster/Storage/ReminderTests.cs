using System.Collections.Concurrent;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Cluster.Storage;

/// <summary>Reminders are in the cluster's database: silos that all went come back and find them.</summary>
public sealed class ReminderTests(PostgreSqlServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public void Dispose()
    {
        using (var pooled = new SqliteConnection(new OrleansAsync.Storage.SqliteClusterDatabase(_folder).ConnectionString))
            SqliteConnection.ClearPool(pooled);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(nameof(ClusterMode.Local))]
    [InlineData(nameof(ClusterMode.PostgreSql))]
    public async Task A_reminder_fires_after_all_silos_went_and_others_came(string mode)
    {
        var key = Guid.NewGuid().ToString("N");
        var target = mode == nameof(ClusterMode.Local) ? new ClusterTarget(ClusterMode.Local) : await PostgreSqlAsync();
        using (var silo = await StartAsync(target))
        {
            await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IReminded>(key).RemindAsync();
            await silo.StopAsync();
        }

        var ticked = Reminded.Ticks[key] = new();
        using (var silo = await StartAsync(target))
        {
            await ticked.Opened.Soon();
            await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IReminded>(key).ForgetAsync();
            await silo.StopAsync();
        }
    }

    private async Task<ClusterTarget> PostgreSqlAsync()
    {
        var file = Path.Combine(_folder, "connection");
        await File.WriteAllTextAsync(file, await server.CreateDatabaseAsync());
        return new(ClusterMode.PostgreSql, file);
    }

    private async Task<IHost> StartAsync(ClusterTarget target)
    {
        await OrleansAsync.Storage.ClusterDatabase.Find(target, _folder).EnsureAsync();
        using var siloPort = HeldPort.Take(IPAddress.Loopback, null, "");
        using var gatewayPort = HeldPort.Take(IPAddress.Loopback, null, "");
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            silo.UseCluster(target, _folder, siloPort.Number, gatewayPort.Number);
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = Reminded.Period);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

[Alias("oa.tests.IReminded")]
internal interface IReminded : IGrainWithStringKey
{
    [Alias("Remind")]
    Task RemindAsync();

    [Alias("Forget")]
    Task ForgetAsync();
}

[GrainType("oa.tests.reminded")]
internal sealed class Reminded : Grain, IReminded, IRemindable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static ConcurrentDictionary<string, Gate> Ticks { get; } = [];

    public Task RemindAsync() => this.RegisterOrUpdateReminder("test", Period, Period);

    public async Task ForgetAsync() => await this.UnregisterReminder((await this.GetReminder("test"))!);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Ticks.TryGetValue(this.GetPrimaryKeyString(), out var ticked)) ticked.Open();
        return Task.CompletedTask;
    }
}

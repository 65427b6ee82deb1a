using System.CommandLine;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary><c>oa silos</c>: the silos of the cluster.</summary>
internal static class SilosCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var command = new Command("silos", "Lists the silos of the cluster.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            await session.AllSilosServing.WaitAsync(cancellationToken);
            var hosts = await session.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken);
            foreach (var (address, status) in hosts.OrderBy(pair => pair.Key))
            {
                output.Result(
                    new { Address = address.Endpoint.ToString(), address.Generation, Status = status.ToString().ToLowerInvariant() },
                    silo => $"{silo.Address} {silo.Status}");
            }

            return ExitCodes.Done;
        });
        return command;
    }
}

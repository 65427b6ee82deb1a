using System.CommandLine;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>Opens sessions for commands that look into a cluster that others run.</summary>
internal static class RunningCluster
{
    /// <summary>Opens a session.</summary>
    /// <param name="global">The options of every command.</param>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="ProgramException">The cluster would be an embedded one, which has nothing in it to look at, or cannot be reached.</exception>
    public static Task<ClusterSession> OpenAsync(GlobalOptions global, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = global.Session(parsed);
        // Such as "loop list", without the program's name.
        var command = string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Where(parent => parent.Parents.Any()).Append(parsed.CommandResult.Command).Select(part => part.Name));
        return options.Target.Mode == ClusterMode.Embedded
            ? throw ProgramException.Input($"{command} looks into a running cluster; give --cluster local or --cluster @FILE")
            : ClusterSession.OpenAsync(options, cancellationToken);
    }
}

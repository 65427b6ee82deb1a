using System.CommandLine;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>How often a view is refreshed, and how many times.</summary>
/// <param name="counted">What <c>--count</c> counts.</param>
internal sealed class PaceOptions(string counted = "snapshots")
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly Option<TimeSpan?> _interval = DurationArgument.Option("--interval", "Time between two snapshots, 100ms or more [default: 2s]");
    private readonly Option<int?> _count = new("--count") { HelpName = "N", Description = $"End after so many {counted} [default: go on until Ctrl-C]" };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_interval);
        command.Add(_count);
    }

    /// <summary>Reads the time between two snapshots.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <exception cref="ProgramException">It is too short.</exception>
    public TimeSpan Interval(ParseResult parsed) => (parsed.GetValue(_interval) ?? TimeSpan.FromSeconds(2)) is var interval && interval >= Shortest
        ? interval
        : throw ProgramException.Input("--interval is too short; give 100ms or more");

    /// <summary>Reads the number of snapshots; <see langword="null"/> is no end.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <exception cref="ProgramException">It is less than one.</exception>
    public int? Count(ParseResult parsed) => parsed.GetValue(_count) is not (< 1 and var count) ? parsed.GetValue(_count) : throw ProgramException.Input($"{count} is no number for --count; give 1 or more");
}

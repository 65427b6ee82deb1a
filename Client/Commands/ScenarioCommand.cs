using System.CommandLine;
using System.Globalization;
using OrleansAsync.Hosting;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Commands;

/// <summary><c>oa scenario</c>: the snippets of the asyncio tutorial, on the cluster.</summary>
internal static class ScenarioCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("scenario", "Runs the snippets of the asyncio tutorial on the cluster, and compares them with what CPython printed.")
    {
        CreateList(global), CreateRun(global), CreateShow(global), ScenarioGuideCommand.Create(global),
    };

    private static Command CreateList(GlobalOptions global)
    {
        var command = new Command("list", "Lists the scenarios.");
        command.SetAction(parsed =>
        {
            var output = global.Output(parsed);
            foreach (var scenario in ScenarioCatalog.All) output.Result(new { scenario.Name, scenario.Section }, line => $"{line.Name,-38} {line.Section}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateRun(GlobalOptions global)
    {
        var names = new Argument<string[]>("NAME") { Description = "Names of scenarios, or their numbers; all: the snippets; extra: what the tutorial tells without one", Arity = ArgumentArity.OneOrMore };
        var scale = new Option<double?>("--time-scale")
        {
            HelpName = "X",
            Description = "How many times as long as in the snippet each delay is, 0.01 to 100 [default: 1]",
            CustomParser = result =>
            {
                if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && factor is >= 0.01 and <= 100) return factor;
                result.AddError($"'{result.Tokens[0].Value}' is no factor for --time-scale; give a number from 0.01 to 100");
                return null;
            },
        };
        var timeline = new Option<bool>("--timeline") { Description = "Draw a row for each task, from its start to its end: live on a terminal, else on stderr when the scenario has ended" };
        var command = new Command("run", "Runs scenarios, one after the other. What they print goes to stdout, what is noticed of them to stderr.") { names, scale, timeline };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            var scenarios = ScenarioViews.Find(parsed.GetValue(names)!);
            var isDrawn = parsed.GetValue(timeline);
            if (isDrawn && output.IsJson) throw ProgramException.Input("--timeline draws for people; leave it out with --format json");
            var options = global.Session(parsed);
            await using var session = await ClusterSession.OpenAsync(isDrawn && Terminal.Find() is not null ? options.ForLiveView : options, cancellationToken);
            return await new ScenarioViews(output).RunAsync(session, scenarios, parsed.GetValue(scale) ?? 1, isDrawn, cancellationToken);
        });
        return command;
    }

    private static Command CreateShow(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "The scenario's name, or its number" };
        var command = new Command("show", "Shows the snippet, its twin in C#, what CPython printed and what to notice.") { name };
        command.SetAction(parsed => new ScenarioViews(global.Output(parsed)).Show(ScenarioViews.FindOne(parsed.GetValue(name)!)));
        return command;
    }
}

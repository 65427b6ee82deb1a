using OrleansAsync.Commands;
using OrleansAsync.Hosting;
using Spectre.Console;

namespace OrleansAsync.Scenarios;

/// <summary>Runs and shows scenarios for people and scripts.</summary>
/// <param name="output">Where to.</param>
internal sealed class ScenarioViews(Output output)
{
    /// <summary>Finds scenarios by their names or numbers.</summary>
    /// <param name="names">The names; <c>all</c> stands for all snippets, <c>extra</c> for the others.</param>
    /// <exception cref="ProgramException">There is none of a name.</exception>
    public static IReadOnlyList<Scenario> Find(IEnumerable<string> names) =>
    [
        .. names.SelectMany(name => name switch
        {
            "all" => ScenarioCatalog.Snippets,
            "extra" => ScenarioCatalog.Extra,
            _ => [FindOne(name)],
        }),
    ];

    /// <summary>Finds a scenario by its name or number.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ProgramException">There is none.</exception>
    public static Scenario FindOne(string name) =>
        ScenarioCatalog.Find(name) ?? ScenarioCatalog.Snippets.FirstOrDefault(scenario => scenario.Name[..2] == name.PadLeft(2, '0'))
            ?? throw ProgramException.Input($"there is no scenario {name}; see oa scenario list, or run all, the snippets, or extra, the others");

    /// <summary>Runs scenarios one after the other.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="scenarios">The scenarios.</param>
    /// <param name="timeScale">By how much their delays are longer.</param>
    /// <param name="timeline">Whether their tasks are drawn.</param>
    /// <param name="cancellationToken">Cancels the one that runs, and those to come.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ClusterSession session, IReadOnlyList<Scenario> scenarios, double timeScale, bool timeline, CancellationToken cancellationToken)
    {
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var runner = new ScenarioRunner(session, timeScale);
        var passed = 0;
        foreach (var scenario in scenarios)
        {
            if (scenarios.Count > 1 && !output.IsJson) output.Say($"{scenario.Name}: {scenario.Section}");
            var result = await (timeline ? DrawAsync(new TimelineView(runner, TimeProvider.System, timeScale), scenario, cancellationToken) : runner.RunAsync(scenario, Show, onTask: null, cancellationToken));
            if (result.Passed) passed++;
            if (output.IsJson) output.Result(result, r => r.ToString());
            else
            {
                foreach (var note in result.Notes) output.Say($"  {note}");
                output.Say(result.ToString());
            }
        }
        if (scenarios.Count > 1) output.Say($"{passed} of {scenarios.Count} passed");
        return passed == scenarios.Count ? ExitCodes.Done : passed == 0 ? ExitCodes.Failed : ExitCodes.PartlyFailed;
    }

    /// <summary>Shows a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <returns>The exit code.</returns>
    public int Show(Scenario scenario)
    {
        var shown = new { scenario.Name, scenario.Section, scenario.Notice, scenario.Snippet, Twin = ScenarioCatalog.TwinOf(scenario), scenario.Transcript };
        output.Result(shown, s => $"""
            {s.Name}: {s.Section}

            {s.Notice}

            ── asyncio ──
            {s.Snippet}

            ── on the cluster ──
            {s.Twin}

            ── what CPython printed, and when ──
            {s.Transcript}
            """);
        return ExitCodes.Done;
    }

    private Task<ScenarioResult> DrawAsync(TimelineView view, Scenario scenario, CancellationToken cancellationToken) =>
        Terminal.Find() is { } terminal
            ? view.RunLiveAsync(scenario, terminal, above: 2, hint: null, cancellationToken)
            : view.RunAsync(scenario, Show, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), cancellationToken);

    private void Show(ScenarioLine line)
    {
        if (!line.IsReport && !output.IsJson) output.Result(line.Text, text => text);
    }
}

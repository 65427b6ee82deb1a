using OrleansAsync.Hosting;
using Spectre.Console;

namespace OrleansAsync.Scenarios;

/// <summary>The menu: the tutorial's sections, each with what shows it on the cluster.</summary>
/// <param name="console">The terminal.</param>
/// <param name="options">Which cluster.</param>
/// <param name="command">Runs another command of the program, on the same cluster.</param>
internal sealed class ScenarioMenu(IAnsiConsole console, SessionOptions options, Func<string[], CancellationToken, Task<int>> command) : IAsyncDisposable
{
    private ClusterSession? _session;

    private bool IsEmbedded => options.Target.Mode == ClusterMode.Embedded;

    /// <summary>Shows it until the user quits.</summary>
    /// <param name="cancellationToken">Ctrl-C: cancels what runs, and leaves.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // A cluster of others that cannot be reached is told of at once; one of our own starts when it is needed.
        if (!IsEmbedded) await GetSessionAsync(cancellationToken);
        for (MenuChoice choice = MenuChoice.All[0]; ;)
        {
            choice = await ChooseAsync(choice, cancellationToken);
            if (choice is Quit) return ExitCodes.Done;
            try
            {
                await ShowAsync(choice, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
            {
                // A cluster that is lost does not take the menu with it.
                console.MarkupLineInterpolated($"[red]{(exception is ProgramException ? "" : $"{exception.GetType().Name}: ")}{exception.Message}[/]");
                await CloseSessionAsync();
            }
            if (choice is not OneScenario) await AskAsync("Enter: menu", cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A prompt, or a live view, that was interrupted has left it hidden.
        console.Cursor.Show(true);
        await CloseSessionAsync();
    }

    private Task<MenuChoice> ChooseAsync(MenuChoice last, CancellationToken cancellationToken)
    {
        var width = console.Profile.Width - 4;
        var prompt = new SelectionPrompt<MenuChoice>()
            .Title("[bold]OrleansAsync[/]: the asyncio tutorial on a cluster [grey](Enter runs, Esc quits)[/]")
            .PageSize(Math.Max(5, console.Profile.Height - 6)).WrapAround().MoreChoicesText("[grey](more above and below)[/]")
            .EnableSearch().SearchPlaceholderText("[grey](type to search: gather, timeout, bench …)[/]")
            .UseConverter(choice => Markup.Escape(choice.Line(width)))
            .AddChoices(MenuChoice.All).AddCancelResult(MenuChoice.All[^1]).DefaultValue(last);
        return console.PromptAsync(prompt, cancellationToken);
    }

    private async Task ShowAsync(MenuChoice choice, CancellationToken cancellationToken)
    {
        switch (choice)
        {
            case OneScenario { Scenario: var scenario }:
                await ShowScenarioAsync(scenario, cancellationToken);
                break;
            case AllScenarios:
                await ShowAllAsync(cancellationToken);
                break;
            case OneCommand other:
                await ShowCommandAsync(other, cancellationToken);
                break;
            default:
                Title(choice.Section!.Title);
                console.WriteLine("This section of the tutorial is text: it has nothing to run.");
                break;
        }
    }

    private async Task ShowScenarioAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        for (var key = 'r'; key is 'r' or 's';)
        {
            if (key == 'r') await RunAsync(scenario, cancellationToken);
            else console.Write(CodeView.Draw(scenario, console.Profile.Width));
            key = await AskAsync("Enter: menu   s: snippet and twin   r: run again", cancellationToken);
        }
    }

    private async Task RunAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        var view = new TimelineView(new ScenarioRunner(await GetSessionAsync(cancellationToken), timeScale: 1), TimeProvider.System, timeScale: 1);
        Title($"{scenario.Name}: {scenario.Section}");
        var notice = scenario.Notice.ReplaceLineEndings(" ").Trim();
        console.WriteLine(notice);
        console.WriteLine();
        // The notice, its heading and a blank row stay in sight while it runs.
        var above = (notice.Length / console.Profile.Width) + 3;
        if (await RunAsync(view, scenario, above, cancellationToken) is not { } result) return;
        foreach (var note in result.Notes) console.MarkupLineInterpolated($"[yellow]note:[/] {note}");
        Show(result);
    }

    private async Task ShowAllAsync(CancellationToken cancellationToken)
    {
        var view = new TimelineView(new ScenarioRunner(await GetSessionAsync(cancellationToken), timeScale: 1), TimeProvider.System, timeScale: 1);
        var passed = 0;
        foreach (var scenario in ScenarioCatalog.All)
        {
            Title($"{scenario.Name}: {scenario.Section}");
            if (await RunAsync(view, scenario, above: 2, cancellationToken) is not { } result) return;
            Show(result);
            if (result.Passed) passed++;
        }
        console.MarkupLineInterpolated($"[bold]{passed} of {ScenarioCatalog.All.Count} passed[/]");
    }

    /// <summary>Runs one; null if the user pressed Esc, once its tasks have cleaned up.</summary>
    private async Task<ScenarioResult?> RunAsync(TimelineView view, Scenario scenario, int above, CancellationToken cancellationToken)
    {
        using var escape = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = CancelOnEscapeAsync(escape, ended.Token);
        try
        {
            return await view.RunLiveAsync(scenario, console, above, "Esc: cancel it, back to the menu   Ctrl-C: cancel it and leave", escape.Token);
        }
        catch (OperationCanceledException) when (escape.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            console.MarkupLine("[fuchsia]cancelled[/]: its tasks have cleaned up and ended");
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    /// <summary>Takes the keys that are pressed while something runs, which else were the next prompt's.</summary>
    private async Task CancelOnEscapeAsync(CancellationTokenSource escape, CancellationToken ended)
    {
        try
        {
            while (await console.Input.ReadKeyAsync(intercept: true, ended) is { Key: not ConsoleKey.Escape })
            {
                // any other key does nothing
            }
            if (!ended.IsCancellationRequested) await escape.CancelAsync();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    private async Task ShowCommandAsync(OneCommand choice, CancellationToken cancellationToken)
    {
        Title(choice.Section!.Title);
        if (choice.WhyNot(IsEmbedded) is { } reason)
        {
            console.MarkupLineInterpolated($"Type [bold]oa {choice.Command}[/]; {reason}.");
            return;
        }
        console.MarkupLineInterpolated($"[bold]oa {choice.Command}[/]");
        // It has silos of its own, and may measure them.
        if (IsEmbedded) await CloseSessionAsync();
        await command(choice.Command.Split(' '), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        // What was typed meanwhile is no answer to what is asked now.
        while (console.Input.IsKeyAvailable()) await console.Input.ReadKeyAsync(intercept: true, cancellationToken);
    }

    private void Show(ScenarioResult result) => console.MarkupLineInterpolated($"[{(result.Passed ? "green" : "red")}]{result}[/]");

    private void Title(string title) => console.Write(new Rule($"[bold]{Markup.Escape(TimelineDrawing.Cut(title, console.Profile.Width - 6))}[/]").LeftJustified());

    /// <summary>Waits for one of the keys that a line offers, or Enter.</summary>
    private async Task<char> AskAsync(string keys, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[grey]{keys}[/]");
        while (true)
        {
            var key = await console.Input.ReadKeyAsync(intercept: true, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (key is null or { Key: ConsoleKey.Enter or ConsoleKey.Escape }) return '\r';
            if (keys.Contains($"{char.ToLowerInvariant(key.Value.KeyChar)}: ", StringComparison.Ordinal)) return char.ToLowerInvariant(key.Value.KeyChar);
        }
    }

    private async Task<ClusterSession> GetSessionAsync(CancellationToken cancellationToken)
    {
        if (_session is not null) return _session;
        await console.Status().StartAsync(IsEmbedded ? $"starting {options.Silos} silos in this process …" : "connecting …", async _ =>
        {
            _session = await ClusterSession.OpenAsync(options, cancellationToken);
            await _session.AllSilosServing.WaitAsync(cancellationToken);
        });
        return _session!;
    }

    private async Task CloseSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }
}

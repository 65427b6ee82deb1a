using System.Globalization;
using OrleansAsync.Commands;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansAsync.Crawling;

/// <summary>Shows on stderr how a crawl is getting on: a live view on a terminal, else a line every few seconds.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan LivePeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(3);

    /// <summary>Shows it until cancelled; trouble with showing never disturbs the crawl.</summary>
    /// <param name="crawl">The crawl.</param>
    /// <param name="output">Where to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the view.</param>
    public static async Task RunAsync(ICrawlGrain crawl, Output output, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var console = output.IsLive ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }) : null;
            if (console?.Profile.Capabilities is { Interactive: true, Ansi: true })
                await console.Live(new Markup("starting …")).AutoClear(true).StartAsync(live => PollAsync(crawl, LivePeriod, time, (progress, rate) => live.UpdateTarget(Draw(progress, rate)), cancellationToken));
            else
                await PollAsync(crawl, LinePeriod, time, (progress, rate) => output.Say(Line(progress, rate)), cancellationToken);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception)
        {
            output.Say($"progress cannot be shown: {exception.Message}");
        }
    }

    /// <summary>The plain form.</summary>
    /// <param name="progress">The progress.</param>
    /// <param name="rate">Pages per second since the last line.</param>
    internal static string Line(CrawlProgress progress, double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Totals.Elapsed.TotalSeconds:0} s: {progress.Totals.Pages} pages ({rate:0.0}/s), {progress.Queued} queued, {progress.InFlight} in flight, {progress.Totals.Error + progress.Totals.Timeout} errors");

    /// <summary>The live form.</summary>
    /// <param name="progress">The progress.</param>
    /// <param name="rate">Pages per second over the last moments.</param>
    internal static IRenderable Draw(CrawlProgress progress, double rate)
    {
        var hosts = new Table().Border(TableBorder.Simple).AddColumn("host");
        foreach (var name in new[] { "pages", "errors", "queued", "in flight" }) hosts.AddColumn(new TableColumn(name).RightAligned());
        foreach (var host in progress.Hosts) hosts.AddRow(Markup.Escape(host.Origin), Number(host.Pages), Number(host.Errors), Number(host.Queued), Number(host.InFlight));
        var silos = string.Join("   ", progress.Silos.Select(static silo => $"{Markup.Escape(silo.Silo)} {Number(silo.Pages)}"));
        return new Rows(
            new Markup(string.Create(CultureInfo.InvariantCulture, $"[bold]{progress.Totals.Pages}[/] pages  [bold]{rate:0}[/]/s  {progress.Queued} queued  {progress.InFlight} in flight  [red]{progress.Totals.Error + progress.Totals.Timeout}[/] errors  {progress.Totals.Elapsed.TotalSeconds:0} s")),
            hosts,
            new Markup($"[grey]silos: {silos}[/]"));
    }

    private static async Task PollAsync(ICrawlGrain crawl, TimeSpan period, TimeProvider time, Action<CrawlProgress, double> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, time);
        CrawlTotals? before = null;
        double rate = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // New: it is lost, or about to start.
            if (await TryGetProgressAsync(crawl, cancellationToken) is not { State: not CrawlState.New } progress) continue;
            var seconds = (progress.Totals.Elapsed - (before?.Elapsed ?? TimeSpan.Zero)).TotalSeconds;
            if (seconds > 0)
            {
                var latest = (progress.Totals.Pages - (before?.Pages ?? 0)) / seconds;
                // Smoothed over about a second: a live number that jumps cannot be read.
                var weight = Math.Min(1, period.TotalSeconds);
                rate = before is null ? latest : rate + ((latest - rate) * weight);
            }

            before = progress.Totals;
            show(progress, rate);
        }
    }

    /// <summary>Asks for the progress; <see langword="null"/> if the silo that was asked is lost, which is for whoever follows the crawl to tell.</summary>
    private static async Task<CrawlProgress?> TryGetProgressAsync(ICrawlGrain crawl, CancellationToken cancellationToken)
    {
        try
        {
            return await crawl.GetProgressAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

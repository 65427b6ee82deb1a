using System.Globalization;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios;

/// <summary>One of the tutorial's snippets, or what a section of it tells without one: what it is in Python, what CPython printed, and its twin on the cluster.</summary>
internal abstract class Scenario
{
    /// <summary>What runs on its creator's loop, as all tasks do in asyncio.</summary>
    protected static readonly TaskOptions Here = new() { Placement = TaskPlacement.SameLoop };

    /// <summary>What a turn that blocks its loop is reported as.</summary>
    protected const string SlowTurn = @"^A turn of task .* took \d+ ms: code between two awaits holds up all tasks of its loop";

    /// <summary>The number of the snippet, if it is one, and the section, in kebab case.</summary>
    public abstract string Name { get; }

    /// <summary>The tutorial's section.</summary>
    public abstract string Section { get; }

    /// <summary>The Python that was run.</summary>
    public abstract string Snippet { get; }

    /// <summary>What CPython printed: seconds since the start, two spaces, the line.</summary>
    public abstract string Transcript { get; }

    /// <summary>What to notice.</summary>
    public abstract string Notice { get; }

    /// <summary>The delays of the snippet, in seconds.</summary>
    public virtual IReadOnlyList<double> Delays => [];

    /// <summary>How long the snippet takes, in seconds, apart from what the interpreter needs to start.</summary>
    public abstract double Duration { get; }

    /// <summary>Ranges of lines that may come in any order.</summary>
    public virtual IReadOnlyList<Range> Sets => [];

    /// <summary>Lines that cannot be the same, and what takes their place.</summary>
    public virtual IReadOnlyList<Counterpart> Counterparts => [];

    /// <summary>What the product must report of a run, as regular expressions; but not of one much faster than the snippet, in which nothing takes long enough.</summary>
    public virtual IReadOnlyList<string> Reports => [];

    /// <summary>What a run must have besides its lines; null if it has.</summary>
    /// <param name="lines">The lines that were printed.</param>
    public virtual string? Check(IReadOnlyList<string> lines) => null;

    /// <summary>What the module does; its coroutines and bodies are nested in the scenario.</summary>
    /// <param name="loop">The loop that it runs on.</param>
    public abstract Task RunAsync(IClusterLoop loop);

    /// <summary>A delay of the snippet, as long as the run's time scale makes it.</summary>
    protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds * ScenarioContext.Current.TimeScale);

    /// <summary>Seconds since a timestamp, on the scale of the snippet.</summary>
    protected static string Since(IClusterLoop loop, long start, string format = "0.0") =>
        (loop.Time.GetElapsedTime(start).TotalSeconds / ScenarioContext.Current.TimeScale).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A list of strings as Python prints it.</summary>
    protected static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(item => $"'{item}'"))}]";

    /// <summary>asyncio.run: a main coroutine, on the loop of the module.</summary>
    protected static ClusterTask<TResult> Run<TResult>(IClusterLoop loop, Coroutine<TResult> main) => loop.CreateTask(main, Here);

    /// <inheritdoc cref="Run{TResult}"/>
    protected static ClusterTask Run(IClusterLoop loop, Coroutine main) => loop.CreateTask(main, Here);
}

/// <summary>Lines of CPython's for which the cluster has another: an object's text, a traceback, a measured time.</summary>
/// <param name="Lines">Which ones.</param>
/// <param name="Pattern">A regular expression for the one line that takes their place.</param>
internal sealed record Counterpart(Range Lines, string Pattern);

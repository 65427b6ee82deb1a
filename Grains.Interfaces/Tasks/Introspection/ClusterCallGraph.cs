using System.Globalization;
using System.Text;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>Live tasks of the cluster, as the tree of who created whom, with who awaits whom.</summary>
public sealed class ClusterCallGraph
{
    private readonly Dictionary<string, ClusterTaskInfo> _tasks = new(StringComparer.Ordinal);
    private readonly ILookup<string, ClusterTaskInfo> _children;
    private readonly ILookup<string, (ClusterTaskInfo Waiter, AwaitKind Kind)> _waiters;

    internal ClusterCallGraph(IReadOnlyCollection<ClusterTaskInfo> tasks, bool isTruncated)
    {
        // A task that moved between the answers of two loops is in both; the later run counts.
        foreach (var task in tasks)
        {
            if (!_tasks.TryGetValue(task.Id, out var other) || other.Attempt < task.Attempt) _tasks[task.Id] = task;
        }
        IsTruncated = isTruncated;
        _children = _tasks.Values.Where(task => task.Parent is not null).ToLookup(task => task.Parent!);
        _waiters = (from task in _tasks.Values from wait in task.Waits from id in wait.Tasks select (id, task, wait.Kind)).ToLookup(edge => edge.id, edge => (edge.task, edge.Kind));
        Roots = [.. Ordered(_tasks.Values.Where(task => task.Parent is null || !_tasks.ContainsKey(task.Parent)))];
    }

    /// <summary>Gets the tasks, by id.</summary>
    public IReadOnlyDictionary<string, ClusterTaskInfo> Tasks => _tasks;

    /// <summary>Gets the tasks whose creator is no live task of the graph.</summary>
    public IReadOnlyList<ClusterTaskInfo> Roots { get; }

    /// <summary>Gets whether there were more tasks than the graph was to keep.</summary>
    public bool IsTruncated { get; }

    /// <summary>Gets the live tasks that a task has created, oldest first.</summary>
    /// <param name="taskId">The task.</param>
    public IEnumerable<ClusterTaskInfo> GetChildren(string taskId) => Ordered(_children[taskId]);

    /// <summary>Gets the tasks that wait for a task, and by which verb. Of a wait for very many tasks, only the first of them are known.</summary>
    /// <param name="taskId">The task.</param>
    public IEnumerable<(ClusterTaskInfo Waiter, AwaitKind Kind)> GetAwaitedBy(string taskId) => _waiters[taskId];

    /// <summary>Walks the tree from the roots down: each task once, with how deep it is.</summary>
    public IEnumerable<(ClusterTaskInfo Task, int Depth)> Walk() => Lines().Select(line => (line.Task, line.Depth));

    /// <summary>Draws the tree: each task once, with what it waits for.</summary>
    public override string ToString() => new StringBuilder().AppendJoin(Environment.NewLine, Lines().Select(line => $"{line.Indent}{Describe(line.Task)}")).ToString();

    /// <summary>The lines of the drawing.</summary>
    internal IEnumerable<(ClusterTaskInfo Task, int Depth, string Indent)> Lines()
    {
        // No recursion: tasks may be nested deeper than a stack is.
        var left = new Stack<(ClusterTaskInfo Task, int Depth, string Before, string Own, string Below)>();
        foreach (var root in Roots.Reverse()) left.Push((root, 0, "", "", ""));
        while (left.TryPop(out var at))
        {
            yield return (at.Task, at.Depth, at.Before + at.Own);
            var (before, isLast) = (at.Before + at.Below, true);
            foreach (var child in GetChildren(at.Task.Id).Reverse())
            {
                left.Push((child, at.Depth + 1, before, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  "));
                isLast = false;
            }
        }
    }

    /// <summary>One line about a task.</summary>
    internal static string Describe(ClusterTaskInfo task)
    {
        var attempt = task.Attempt > 0 ? string.Create(CultureInfo.InvariantCulture, $", attempt {task.Attempt}") : "";
        var waits = task.Waits.IsEmpty ? "" : $", waits: {string.Join(" and ", task.Waits.Select(wait => Describe(task, wait)))}";
        return $"{task.Id} {task.Name} ({task.Coroutine}) {task.State.ToString().ToLowerInvariant()} on {ShortLoop(task)} for {Age(task.Age)}{attempt}{waits}";
    }

    /// <summary>A loop as people know it: the address of its silo and its number there.</summary>
    internal static string ShortLoop(ClusterTaskInfo task) => ShortLoop(task.Loop, task.Silo);

    /// <inheritdoc cref="ShortLoop(ClusterTaskInfo)"/>
    internal static string ShortLoop(string loop, string silo) => $"{silo}/{loop[(loop.LastIndexOf('/') + 1)..]}";

    /// <summary>A time span as people read it.</summary>
    internal static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min {age.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h {age.Minutes} min"),
    };

    /// <summary>The part of the graph around a task: it, those below it, and whoever created it or waits for it, directly or not.</summary>
    internal ClusterCallGraph Around(string? taskId)
    {
        if (taskId is null) return this;
        if (!_tasks.TryGetValue(taskId, out var start)) return new([], IsTruncated);
        var above = Reach(start, task => GetAwaitedBy(task.Id).Select(edge => edge.Waiter).Concat(task.Parent is not null && _tasks.TryGetValue(task.Parent, out var parent) ? [parent] : []));
        above.UnionWith(Reach(start, task => _children[task.Id]));
        return new(above, IsTruncated);
    }

    private static HashSet<ClusterTaskInfo> Reach(ClusterTaskInfo start, Func<ClusterTaskInfo, IEnumerable<ClusterTaskInfo>> next)
    {
        var reached = new HashSet<ClusterTaskInfo>(ReferenceEqualityComparer.Instance) { start };
        var left = new Stack<ClusterTaskInfo>([start]);
        while (left.TryPop(out var task))
        {
            foreach (var other in next(task))
            {
                if (reached.Add(other)) left.Push(other);
            }
        }
        return reached;
    }

    private static IEnumerable<ClusterTaskInfo> Ordered(IEnumerable<ClusterTaskInfo> tasks) => tasks.OrderBy(task => task.Id, TaskIdOrder.Instance);

    /// <summary>What people call a kind of wait.</summary>
    internal static string Verb(AwaitKind kind) => kind switch
    {
        AwaitKind.AsCompleted => "as_completed",
        AwaitKind.Other => "an operation",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Describe(ClusterTaskInfo task, ClusterTaskWait wait)
    {
        var verb = wait.What ?? Verb(wait.Kind);
        if (wait.Total == 0) return verb;
        // Children stand below their parent anyway.
        var others = wait.Tasks.Where(id => id[..id.LastIndexOf('.')] is var owner && owner != task.Id && !owner.StartsWith($"{task.Id}~", StringComparison.Ordinal)).ToArray();
        if (wait.Total == 1) return others is [var only] ? $"{verb} {only}" : $"{verb} {wait.Tasks.FirstOrDefault()}".TrimEnd();
        return string.Create(CultureInfo.InvariantCulture, $"{verb} of {wait.Total}{(others.Length > 0 ? $" ({string.Join(", ", others)})" : "")}");
    }
}

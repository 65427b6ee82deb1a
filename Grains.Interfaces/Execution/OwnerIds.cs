using System.Globalization;
using System.Text.RegularExpressions;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// Builds and reads the ids of owners and tasks. A client's id has no dot; a task's is its owner's, a dot and a number; a task that owns others
/// adds <c>~</c> and its attempt, if it was restarted: <c>k3xq9.12~1.7</c> is the seventh task of the second run of task 12 of client k3xq9.
/// </summary>
internal static partial class OwnerIds
{
    public static string NewClient() => "c" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 6));

    /// <summary>Names an activation as the owner of its tasks' children.</summary>
    public static string NewLoop(string key) => $"{key}@{Guid.NewGuid():N}";

    /// <summary>The silo that a sender of messages lives and dies with; null if it is a client.</summary>
    public static SiloAddress? SiloOf(string sender) => sender.Contains('@') ? EventLoopKey.ParseSilo(sender) : null;

    public static string Task(string owner, long number) => string.Create(CultureInfo.InvariantCulture, $"{owner}.{number}");

    /// <summary>The id under which a running task owns others.</summary>
    public static string Of(string task, int attempt) => attempt == 0 ? task : string.Create(CultureInfo.InvariantCulture, $"{task}~{attempt}");

    public static (string Task, int Attempt) Split(string owner)
    {
        var tilde = owner.LastIndexOf('~');
        return tilde < 0 || owner.IndexOf('.', tilde) >= 0 ? (owner, 0) : (owner[..tilde], int.Parse(owner.AsSpan(tilde + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>A task's place in the tree of tasks: its id, without the attempts of those above it.</summary>
    public static string WithoutAttempts(string task) => task.Contains('~') ? Attempts().Replace(task, "") : task;

    /// <summary>Whether an owner is one of many, or a task below one.</summary>
    public static bool IsWithin<TValue>(string owner, Dictionary<string, TValue> ancestors)
    {
        if (ancestors.Count == 0) return false;
        var lookup = ancestors.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = 1; end < owner.Length; end++)
        {
            if (owner[end] is '.' or '~' && lookup.ContainsKey(owner.AsSpan(0, end))) return true;
        }
        return ancestors.ContainsKey(owner);
    }

    /// <summary>Whether <paramref name="owner"/> is <paramref name="ancestor"/> or a task below it.</summary>
    public static bool IsWithin(string owner, string ancestor) =>
        owner.StartsWith(ancestor, StringComparison.Ordinal) && (owner.Length == ancestor.Length || owner[ancestor.Length] is '.' or '~');

    [GeneratedRegex("~[0-9]+")]
    private static partial Regex Attempts();
}

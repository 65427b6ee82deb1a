using System.Globalization;

namespace OrleansAsync.Faults;

/// <summary>
/// What happened to tasks: an empty file for each event, whose name says which. Making a file is one step, so an event is noted or not,
/// whoever is killed when; and events of two runs of one task never share a file.
/// </summary>
/// <param name="folder">Where the files are; nothing is noted if <see langword="null"/>.</param>
internal sealed class Journal(string? folder)
{
    public void Add(long number, int attempt, JournalEvent what)
    {
        if (folder is null) return;
        var name = string.Create(CultureInfo.InvariantCulture, $"{number}.{attempt}.{what}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        using var _ = new FileStream(Path.Combine(folder, name), FileMode.CreateNew);
    }

    public IReadOnlyList<JournalEntry> Read() => [.. Directory.EnumerateFiles(folder!).Select(file => Path.GetFileName(file).Split('.')).Select(static parts => new JournalEntry(
        long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), Enum.Parse<JournalEvent>(parts[2]), int.Parse(parts[3], CultureInfo.InvariantCulture)))];
}

/// <summary>An event of a task.</summary>
internal sealed record JournalEntry(long Number, int Attempt, JournalEvent What, int ProcessId);

/// <summary>What happens to a task.</summary>
internal enum JournalEvent
{
    Started,
    Ended,
    CleanedUp,
}

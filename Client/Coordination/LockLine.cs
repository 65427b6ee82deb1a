using System.Globalization;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>A lock, semaphore, event or barrier as <c>lock list</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Holders">How many hold it.</param>
/// <param name="Waiters">How many wait for it.</param>
/// <param name="Figures">Its numbers, such as its permits.</param>
/// <param name="Recovering">Whether it waits for those who had it before its silo was lost, and grants nothing.</param>
/// <param name="Silo">Where it is.</param>
internal sealed record LockLine(string Name, string Kind, int Holders, int Waiters, IReadOnlyDictionary<string, long> Figures, bool Recovering, string Silo)
{
    /// <summary>Gets the heading of the text form.</summary>
    public static string Header => Columns("KIND", "NAME", "HOLDERS", "WAITERS", "SILO", "");

    /// <summary>Makes it.</summary>
    /// <param name="info">What the primitive tells.</param>
    public static LockLine Of(PrimitiveInfo info) =>
        new(info.Name, info.Kind, info.HolderCount, info.WaiterCount, info.Figures.ToDictionary(), info.IsRecovering, info.Silo);

    /// <inheritdoc/>
    public override string ToString() => Columns(
        Kind, Name, Holders.ToString("N0", CultureInfo.InvariantCulture), Waiters.ToString("N0", CultureInfo.InvariantCulture), Silo,
        string.Join(", ", Figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key.Replace('_', ' ')} {figure.Value:N0}"))) + (Recovering ? "  recovering" : ""));

    private static string Columns(string kind, string name, string holders, string waiters, string silo, string figures) =>
        $"{kind,-10} {name,-32} {holders,7} {waiters,7}  {silo,-22} {figures}".TrimEnd();
}

using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>The cluster as the block of a timeout sees it, and the limit of that block.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the object of <c>async with asyncio.timeout(…) as scope</c>. There is no state before the block is entered, as the block is a delegate.</para>
/// <para><b>Cluster:</b> the limit follows the monotonic clock of this process. Tasks created in the block are told what is left of it, see
/// <c>loop.TimeLeft</c>.</para>
/// </remarks>
public interface ITimeoutScope : IClusterLoop
{
    /// <summary>Gets how much of this block's time is left; zero if it is over, <see langword="null"/> without a limit.</summary>
    /// <remarks><b>asyncio:</b> <c>when()</c>, which tells the time of the loop's clock instead.</remarks>
    TimeSpan? When { get; }

    /// <summary>Gets whether the time was over while the block ran, whatever the block made of it: <c>expired()</c>.</summary>
    bool IsExpired { get; }

    /// <summary>Sets another limit.</summary>
    /// <param name="left">How long the block may take from now on; <see langword="null"/> is unlimited, zero or less ends it at its next cancel point.</param>
    /// <exception cref="InvalidOperationException">The block has ended, or its time was over.</exception>
    void Reschedule(TimeSpan? left);
}

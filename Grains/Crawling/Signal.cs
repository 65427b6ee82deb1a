namespace OrleansAsync.Crawling;

/// <summary>Wakes those who wait at the moment it is set; each wait is bounded, because it happens inside a grain call.</summary>
internal sealed class Signal(TimeProvider time)
{
    private TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        var source = _source;
        _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
    }

    /// <returns>Whether the signal came in time.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero) return false;
        try
        {
            await _source.Task.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

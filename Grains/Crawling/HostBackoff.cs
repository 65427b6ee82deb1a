namespace OrleansAsync.Crawling;

/// <summary>How long a host that answers 429 or 503 is left alone: as long as it asks for, and longer each time it does so again.</summary>
/// <remarks>The pause doubles up to half a minute and halves with every ten other answers in between, so that it settles where the host keeps up.</remarks>
internal sealed class HostBackoff
{
    private const int AnswersPerStep = 10;

    // More would not make the pause longer, only the way back.
    private const int MaxSteps = 7;

    private int _steps;
    private DateTimeOffset _until;

    /// <summary>Takes a refusal.</summary>
    /// <param name="now">The time.</param>
    /// <param name="retryAfter">What the host asked for, if anything.</param>
    /// <param name="answered">Other answers since the last refusal.</param>
    /// <returns>How long to leave the host alone from now on.</returns>
    public TimeSpan Refuse(DateTimeOffset now, TimeSpan? retryAfter, int answered)
    {
        var pause = TimeSpan.Zero;
        // Requests that were open together are refused together: that is one refusal.
        if (now >= _until)
        {
            _steps = Math.Min(Math.Max(0, _steps - (answered / AnswersPerStep)) + 1, MaxSteps);
            pause = RetryPolicy.Wait(_steps, null)!.Value;
        }

        if (retryAfter > pause) pause = retryAfter < RetryPolicy.LongestWait ? retryAfter.Value : RetryPolicy.LongestWait;
        if (now + pause > _until) _until = now + pause;
        return _until - now;
    }
}

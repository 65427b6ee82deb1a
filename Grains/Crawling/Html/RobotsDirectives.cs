using System.Buffers;

namespace OrleansAsync.Crawling;

/// <summary>Requests to robots in pages and headers.</summary>
internal static class RobotsDirectives
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r\n\f,");

    /// <summary>Whether a robots meta element's content, or an X-Robots-Tag header's value, asks not to follow links.</summary>
    /// <param name="content">Such as <c>noindex, nofollow</c>.</param>
    public static bool ForbidFollowing(ReadOnlySpan<char> content) => HasWord(content, "nofollow") || HasWord(content, "none");

    /// <summary>The same for an X-Robots-Tag header, whose value may be for one robot only.</summary>
    /// <param name="value">Such as <c>otherbot: nofollow</c>.</param>
    /// <param name="userAgentToken">Our product token.</param>
    public static bool ForbidFollowing(ReadOnlySpan<char> value, string userAgentToken)
    {
        var colon = value.IndexOf(':');
        var agent = colon < 0 ? default : value[..colon].Trim();
        // A directive with a value of its own, such as max-snippet, is no robot's name.
        if (agent.IsEmpty || agent.ContainsAny(Separators) || agent.StartsWith("max-") || agent.StartsWith("unavailable_after"))
            return ForbidFollowing(value);
        return agent.Equals(userAgentToken, StringComparison.OrdinalIgnoreCase) && ForbidFollowing(value[(colon + 1)..]);
    }

    /// <summary>Whether a list of words holds one, whatever its case.</summary>
    /// <param name="list">Words separated by blanks or commas.</param>
    /// <param name="word">The word.</param>
    public static bool HasWord(ReadOnlySpan<char> list, string word)
    {
        while (!list.IsEmpty)
        {
            var end = list.IndexOfAny(Separators);
            var next = end < 0 ? list : list[..end];
            if (next.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
            if (end < 0) return false;
            list = list[(end + 1)..];
        }
        return false;
    }
}

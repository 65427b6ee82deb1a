namespace OrleansAsync.Crawling;

/// <summary>The content of <c>meta http-equiv=refresh</c>: a delay and perhaps a target.</summary>
internal static class MetaRefresh
{
    /// <summary>Finds the target.</summary>
    /// <param name="content">Such as <c>5; url='next.html'</c>.</param>
    /// <param name="target">The reference.</param>
    /// <returns>False if the content is invalid or only reloads the page.</returns>
    public static bool TryTarget(ReadOnlySpan<char> content, out ReadOnlySpan<char> target)
    {
        target = default;
        content = content.TrimStart();
        var time = content.IndexOfAnyExceptInRange('0', '9');
        if (time < 0 || (time == 0 && content[0] != '.')) return false;
        content = content[time..].TrimStart("0123456789.");
        if (content.IsEmpty || (content[0] is not (';' or ',') && !char.IsWhiteSpace(content[0]))) return false;
        content = content.TrimStart();
        if (!content.IsEmpty && content[0] is ';' or ',') content = content[1..].TrimStart();
        if (content.IsEmpty) return false;

        if (content.StartsWith("url", StringComparison.OrdinalIgnoreCase))
        {
            var value = content[3..].TrimStart();
            if (value.StartsWith('=')) content = value[1..].TrimStart();
        }
        if (!content.IsEmpty && content[0] is '"' or '\'')
        {
            var quote = content[0];
            content = content[1..];
            var end = content.IndexOf(quote);
            if (end >= 0) content = content[..end];
        }
        target = content;
        return true;
    }
}

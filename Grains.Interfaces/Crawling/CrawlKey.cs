namespace OrleansAsync.Crawling;

/// <summary>The key of an <see cref="ICrawlGrain"/>: the crawl's id.</summary>
public static class CrawlKey
{
    /// <summary>The longest id accepted.</summary>
    public const int MaxLength = 64;

    /// <summary>Says whether a text can be a crawl's id: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most <see cref="MaxLength"/> of them.</summary>
    /// <param name="id">The text.</param>
    public static bool IsValid(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length is > 0 and <= MaxLength && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
    }

    /// <summary>Makes the key of a crawl.</summary>
    /// <param name="id">The crawl's id.</param>
    /// <exception cref="ArgumentException">The id is empty, too long or has other characters.</exception>
    public static string Create(string id) => IsValid(id)
        ? id
        : throw new ArgumentException($"'{id}' cannot be the id of a crawl: use 1 to {MaxLength} letters, digits, '-', '_' or '.'.", nameof(id));
}

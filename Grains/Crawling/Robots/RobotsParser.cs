using System.Globalization;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Reads robots.txt line by line. People write these files: what can be understood is.</summary>
internal sealed class RobotsParser(bool normalize)
{
    private const int Limit = 500 * 1024;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Dictionary<string, RobotsGroup> _groups = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _sitemaps = [];
    private readonly List<RobotsGroup> _current = [];
    private bool _hasRules;

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its bytes.</param>
    public RobotsRules Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        var whole = text.Length <= Limit;
        if (!whole) text = text[..Limit];
        for (var line = 1; !text.IsEmpty; line++)
        {
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            // A rule cut by the limit would say something else.
            if (end < 0 && !whole) break;
            Read(end < 0 ? text : text[..end], line);
            if (end < 0) break;
            text = text[(text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        }
        return new RobotsRules(_groups, [.. _sitemaps.Distinct()], normalize);
    }

    private void Read(ReadOnlySpan<byte> bytes, int line)
    {
        var comment = bytes.IndexOf((byte)'#');
        if (comment >= 0) bytes = bytes[..comment];
        // One character per byte: a file need not be valid UTF-8, and rules are compared as bytes.
        var text = Encoding.Latin1.GetString(bytes.Trim(" \t\v\f\0"u8));
        if (!TrySplit(text, out var key, out var value)) return;
        switch (key.ToLowerInvariant())
        {
            case "user-agent" or "useragent" or "user agent":
                Address(value);
                break;
            case "allow":
                AddRule(allows: true, value, text, line);
                break;
            case "disallow" or "dissallow" or "disalow" or "dissalow" or "diasllow" or "disallaw":
                AddRule(allows: false, value, text, line);
                break;
            case "crawl-delay":
                AddDelay(value);
                break;
            case "sitemap" or "site-map" when value.Length > 0:
                _sitemaps.Add(Readable(value));
                break;
        }
    }

    private static bool TrySplit(string text, out string key, out string value)
    {
        key = value = "";
        var at = text.IndexOf(':', StringComparison.Ordinal);
        if (at < 0)
        {
            // A forgotten colon is understood where nothing but key and value can be meant.
            at = text.AsSpan().IndexOfAny(' ', '\t');
            if (at < 0 || text.AsSpan(at).Trim().ContainsAny(' ', '\t')) return false;
        }
        key = text[..at].Trim();
        value = text[(at + 1)..].Trim();
        return true;
    }

    /// <summary>A user-agent line continues the addresses of a group, or starts the next group after rules.</summary>
    private void Address(string value)
    {
        if (_hasRules) _current.Clear();
        _hasRules = false;
        var end = 0;
        while (end < value.Length && (char.IsAsciiLetterOrDigit(value[end]) || value[end] is '-' or '_' or '.')) end++;
        var name = value.StartsWith('*') && (value.Length == 1 || char.IsWhiteSpace(value[1])) ? "*" : value[..end];
        if (!_groups.TryGetValue(name, out var group)) _groups[name] = group = new RobotsGroup();
        if (!_current.Contains(group)) _current.Add(group);
    }

    private void AddRule(bool allows, string value, string text, int line)
    {
        _hasRules = true;
        // An empty value forbids and allows nothing.
        if (value.Length == 0 || _current.Count == 0) return;
        var pattern = new RobotsPattern(value, normalize);
        // The whole file may be one line, and each URL it forbids names the rule.
        var readable = ErrorLine.Of(Readable(text));
        foreach (var group in _current) group.Add(allows, pattern, readable, line);
    }

    /// <summary>Said to the robots named so far. It ends no group: what the RFC does not know must not change what it does.</summary>
    private void AddDelay(string value)
    {
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds)) return;
        var delay = TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
        foreach (var group in _current) group.Slow(delay);
    }

    private static string Readable(string octets) => Ascii.IsValid(octets) ? octets : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(octets));
}

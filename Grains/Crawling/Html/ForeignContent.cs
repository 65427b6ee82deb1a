using AngleSharp.Html.Parser.Tokens.Struct;

namespace OrleansAsync.Crawling;

/// <summary>Tracks SVG and MathML inside HTML: there a title is no page title, a style's text has tags, and CDATA exists.</summary>
internal sealed class ForeignContent
{
    // Deeper nesting is no drawing but an attack; not tracking it keeps every end tag cheap.
    private const int MaxDepth = 64;

    private readonly List<Island> _islands = [];

    private enum Island
    {
        Svg,
        Math,
        ForeignObject,
        Desc,
        Title,
        MathText,
    }

    /// <summary>Whether the innermost island is SVG or MathML, not HTML.</summary>
    public bool IsCurrent => _islands.Count > 0 && _islands[^1] is Island.Svg or Island.Math;

    /// <summary>Takes a start tag.</summary>
    /// <param name="name">Its lower-case name.</param>
    /// <param name="token">The tag.</param>
    /// <returns>Whether the element is foreign.</returns>
    public bool Opens(ReadOnlySpan<char> name, ref StructHtmlToken token)
    {
        if (!IsCurrent)
        {
            if (name is not ("svg" or "math")) return false;
        }
        else if (EndsForeign(name) || (name is "font" && token.Attributes.Count > 0))
        {
            while (IsCurrent) _islands.RemoveAt(_islands.Count - 1);
            return false;
        }
        if (!token.IsSelfClosing && _islands.Count < MaxDepth && Find(name) is { } island && (!IsCurrent || Fits(island)))
            _islands.Add(island);
        return true;
    }

    /// <summary>Takes an end tag.</summary>
    /// <param name="name">Its lower-case name.</param>
    /// <returns>Whether it closed something foreign.</returns>
    public bool Closes(ReadOnlySpan<char> name)
    {
        if (_islands.Count == 0) return false;
        if (IsCurrent && name is "p" or "br")
        {
            while (IsCurrent) _islands.RemoveAt(_islands.Count - 1);
            return false;
        }
        if (Find(name) is not { } island || _islands.LastIndexOf(island) is not (>= 0 and var at)) return IsCurrent;
        _islands.RemoveRange(at, _islands.Count - at);
        return true;
    }

    /// <summary>Leaves all islands: an end tag of HTML closed what held them.</summary>
    public void Clear() => _islands.Clear();

    /// <summary>Islands of HTML lie only in their own kind of foreign content.</summary>
    private bool Fits(Island island) => island switch
    {
        Island.ForeignObject or Island.Desc or Island.Title => _islands[^1] == Island.Svg,
        Island.MathText => _islands[^1] == Island.Math,
        // An svg element inside MathML is no drawing, and the other way round.
        _ => _islands[^1] == island,
    };

    private static Island? Find(ReadOnlySpan<char> name) => name switch
    {
        "svg" => Island.Svg,
        "math" => Island.Math,
        "foreignobject" => Island.ForeignObject,
        "desc" => Island.Desc,
        "title" => Island.Title,
        "mi" or "mo" or "mn" or "ms" or "mtext" => Island.MathText,
        _ => null,
    };

    private static bool EndsForeign(ReadOnlySpan<char> name) => name is
        "b" or "big" or "blockquote" or "body" or "br" or "center" or "code" or "dd" or "div" or "dl" or "dt" or "em" or "embed"
        or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "head" or "hr" or "i" or "img" or "li" or "listing" or "menu" or "meta"
        or "nobr" or "ol" or "p" or "pre" or "ruby" or "s" or "small" or "span" or "strong" or "strike" or "sub" or "sup"
        or "table" or "tt" or "u" or "ul" or "var";
}

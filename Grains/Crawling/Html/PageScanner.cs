using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;
using AngleSharp.Text;

namespace OrleansAsync.Crawling;

/// <summary>Walks the tokens of one page and notes title, base, links and directives.</summary>
/// <remarks>The tokenizer knows no elements: what follows a start tag as text, and which elements are inert, is decided here.</remarks>
internal sealed class PageScanner
{
    private const int TokensPerCancelCheck = 4096;
    private const int MaxTitleLength = 2048;

    private static readonly ShouldEmitAttribute Wanted = static (ref _, name) =>
        name.Span is "href" or "src" or "rel" or "content" or "http-equiv" or "name" or "color" or "face" or "size";

    private readonly ForeignContent _foreign = new();
    private readonly StringBuilder _title = new();
    private TitleState _titleState;
    private int _templates;
    private int _framesets;

    private enum TitleState
    {
        Missing,
        Open,
        Complete,
    }

    /// <summary>The references found.</summary>
    public LinkCollector Links { get; } = new();

    /// <summary>The first base element's href, or null.</summary>
    public string? BaseHref { get; private set; }

    /// <summary>Whether a robots directive asks not to follow links.</summary>
    public bool NoFollow { get; private set; }

    /// <summary>The title, or null.</summary>
    public string? Title => _title.Length == 0 ? null : _title.ToString();

    /// <summary>Reads a whole page.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="encoding">Their encoding.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public void Scan(ReadOnlyMemory<byte> body, Encoding encoding, CancellationToken cancellationToken)
    {
        using var window = new HtmlWindow(body, encoding);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = ScanWindow(window, cancellationToken);
            if (window.IsLast) return;
            window.Advance(done);
        }
    }

    /// <summary>Reads the tokens of a window.</summary>
    /// <returns>Where to go on: behind the last token that cannot depend on what comes after the window.</returns>
    private int ScanWindow(HtmlWindow window, CancellationToken cancellationToken)
    {
        using var source = new TextSource(new CharArrayTextSource(window.Buffer, window.Length));
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.ResolverExtended)
        {
            SkipCDATA = true,
            SkipComments = true,
            SkipDataText = true,
            SkipPlaintext = true,
            SkipProcessingInstructions = true,
            SkipRawText = true,
            SkipScriptText = true,
            ShouldEmitAttribute = Wanted,
            DisableElementPositionTracking = true,
            IsAcceptingCharacterData = _foreign.IsCurrent,
        };
        var done = 0;
        for (var count = 1; ; count++)
        {
            if (count % TokensPerCancelCheck == 0) cancellationToken.ThrowIfCancellationRequested();
            var start = source.Index;
            ref var token = ref tokenizer.GetStructToken();
            switch (token.Type)
            {
                case HtmlTokenType.StartTag:
                    OnStartTag(ref token, tokenizer);
                    // An element of text is read again from its tag if it does not end in this window.
                    done = tokenizer.State == HtmlParseMode.PCData ? source.Index : start;
                    break;
                case HtmlTokenType.EndTag:
                    OnEndTag(token.Name.Memory.Span, tokenizer);
                    done = source.Index;
                    break;
                case HtmlTokenType.EndOfFile:
                    return tokenizer.State == HtmlParseMode.PCData && !window.Buffer.AsSpan(done, window.Length - done).Contains('<') ? window.Length : done;
                case HtmlTokenType.Character when _titleState == TitleState.Open:
                    AppendTitle(token.Data.Memory.Span);
                    break;
                case HtmlTokenType.Character or HtmlTokenType.Comment or HtmlTokenType.Doctype when tokenizer.State == HtmlParseMode.PCData:
                    // Nothing is lost if it is read again: it may go on behind the window.
                    done = start;
                    break;
            }
        }
    }

    private void OnStartTag(ref StructHtmlToken token, HtmlTokenizer tokenizer)
    {
        var name = token.Name.Memory.Span;
        if (_foreign.Opens(name, ref token))
        {
            tokenizer.IsAcceptingCharacterData = _foreign.IsCurrent;
            if (name is "a" && _templates == 0) AddLink(ref token, "href");
            return;
        }
        tokenizer.IsAcceptingCharacterData = false;
        tokenizer.State = name switch
        {
            "title" or "textarea" => HtmlParseMode.RCData,
            "script" => HtmlParseMode.Script,
            "style" or "iframe" or "xmp" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
            "plaintext" => HtmlParseMode.Plaintext,
            _ => HtmlParseMode.PCData,
        };
        if (name is "template") _templates++;
        if (_templates > 0) return;

        switch (name)
        {
            case "a" or "area":
                AddLink(ref token, "href");
                break;
            case "iframe":
                AddLink(ref token, "src");
                break;
            case "frameset":
                _framesets++;
                break;
            // Elsewhere browsers drop the tag.
            case "frame" when _framesets > 0:
                AddLink(ref token, "src");
                break;
            case "base" when BaseHref is null && TryAttribute(ref token, "href", out var href):
                BaseHref = href.ToString();
                break;
            case "meta":
                OnMeta(ref token);
                break;
            case "title" when _titleState != TitleState.Complete:
                _titleState = TitleState.Open;
                _title.Clear();
                break;
        }
    }

    private void OnEndTag(ReadOnlySpan<char> name, HtmlTokenizer tokenizer)
    {
        if (name is "template" && _templates > 0) _foreign.Clear();
        if (_foreign.Closes(name))
        {
            tokenizer.IsAcceptingCharacterData = _foreign.IsCurrent;
            return;
        }
        tokenizer.IsAcceptingCharacterData = false;
        switch (name)
        {
            case "title" when _titleState == TitleState.Open:
                _titleState = TitleState.Complete;
                while (_title.Length > 0 && _title[^1] == ' ') _title.Length--;
                break;
            case "template" when _templates > 0:
                _templates--;
                break;
            case "frameset" when _framesets > 0:
                _framesets--;
                break;
        }
    }

    private void OnMeta(ref StructHtmlToken token)
    {
        if (!TryAttribute(ref token, "content", out var content)) return;
        if (TryAttribute(ref token, "http-equiv", out var header) && header.Equals("refresh", StringComparison.OrdinalIgnoreCase))
        {
            if (MetaRefresh.TryTarget(content, out var target)) Links.Add(target, noFollow: false);
        }
        else if (TryAttribute(ref token, "name", out var name) && name.Trim().Equals("robots", StringComparison.OrdinalIgnoreCase))
        {
            NoFollow |= RobotsDirectives.ForbidFollowing(content);
        }
    }

    private void AddLink(ref StructHtmlToken token, string attribute)
    {
        if (!TryAttribute(ref token, attribute, out var reference)) return;
        var noFollow = TryAttribute(ref token, "rel", out var rel) && RobotsDirectives.HasWord(rel, "nofollow");
        Links.Add(reference, noFollow);
    }

    private void AppendTitle(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (_title.Length >= MaxTitleLength) return;
            if (c is not (' ' or '\t' or '\n' or '\f' or '\r')) _title.Append(c);
            else if (_title.Length > 0 && _title[^1] != ' ') _title.Append(' ');
        }
    }

    private static bool TryAttribute(ref StructHtmlToken token, string name, out ReadOnlySpan<char> value)
    {
        for (var i = 0; i < token.Attributes.Count; i++)
        {
            var attribute = token.Attributes[i];
            if (!attribute.Name.Memory.Span.SequenceEqual(name)) continue;
            value = attribute.Value.Memory.Span;
            return true;
        }
        value = default;
        return false;
    }
}

namespace OrleansAsync.Crawling;

/// <summary>
/// Takes the sting out of markup that repeats itself: the tokenizer calls itself once more for each repetition, and a page made of nothing else would
/// overflow the stack, which ends the process.
/// </summary>
internal static class RepeatedMarkup
{
    /// <summary>Repetitions in a row that are left as they are; nobody writes more.</summary>
    private const int Most = 64;

    /// <summary>Replaces repetitions by what means the same.</summary>
    /// <param name="text">A stretch of a page.</param>
    public static void Defuse(Span<char> text)
    {
        DefuseEndTags(text);
        DefuseComments(text);
    }

    /// <summary>An end tag without a name is nothing, and so are blanks.</summary>
    private static void DefuseEndTags(Span<char> rest)
    {
        for (int at; (at = rest.IndexOf("</>")) >= 0;)
        {
            rest = rest[at..];
            var length = 0;
            while (rest[length..].StartsWith("</>")) length += "</>".Length;
            if (length > Most * "</>".Length) rest[..length].Fill(' ');
            rest = rest[length..];
        }
    }

    /// <summary>A comment may end in <c>--!&gt;</c>; where it goes on after <c>--!</c>, that is text as any other.</summary>
    private static void DefuseComments(Span<char> rest)
    {
        for (int at; (at = rest.IndexOf("!--")) >= 0;)
        {
            rest = rest[at..];
            var (length, count) = (0, 0);
            for (; rest[length..].StartsWith("!--"); count++)
            {
                var next = rest[(length + 1)..].IndexOfAnyExcept('-');
                length = next < 0 ? rest.Length : length + 1 + next;
            }

            // The first may be that of <!--.
            if (count > Most) rest[1..length].Replace('!', '.');
            rest = rest[length..];
        }
    }
}

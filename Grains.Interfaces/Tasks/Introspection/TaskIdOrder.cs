namespace OrleansAsync.Tasks.Introspection;

/// <summary>Orders ids of tasks as people count: <c>c1.2</c> before <c>c1.10</c>, and parents before children.</summary>
internal sealed class TaskIdOrder : IComparer<string>
{
    public static readonly TaskIdOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        var (i, j) = (0, 0);
        while (i < x.Length && j < y.Length)
        {
            if (char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j]))
            {
                var a = Digits(x, ref i);
                var b = Digits(y, ref j);
                var order = a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
                if (order != 0) return order;
            }
            else if (x[i] != y[j]) return x[i] - y[j];
            else (i, j) = (i + 1, j + 1);
        }
        return (x.Length - i) - (y.Length - j);
    }

    private static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return text.AsSpan(start, at - start).TrimStart('0');
    }
}

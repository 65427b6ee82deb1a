namespace OrleansAsync.Crawling;

/// <summary>Values of the keys met last. Of what was not met for long nothing is kept.</summary>
/// <typeparam name="TKey">What is met.</typeparam>
/// <typeparam name="TValue">What is known of it.</typeparam>
/// <param name="capacity">How many are kept at least; twice as many at most.</param>
internal class Recent<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    /// <summary>Gets what is known of a key.</summary>
    public bool TryGet(TKey key, out TValue? value)
    {
        if (_young.TryGetValue(key, out value)) return true;
        if (!_old.TryGetValue(key, out value)) return false;
        Set(key, value);
        return true;
    }

    /// <summary>Notes a key.</summary>
    public void Set(TKey key, TValue value)
    {
        _young[key] = value;
        if (_young.Count < capacity) return;
        (_old, _young) = (_young, []);
    }
}

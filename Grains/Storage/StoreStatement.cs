namespace OrleansAsync.Storage;

/// <summary>One SQL statement with its parameters; the text is the same for both dialects, and constant, as it is the key of prepared statements.</summary>
/// <remarks>
/// Named parameters (<c>@id</c>), <c>INSERT … ON CONFLICT</c> and <c>RETURNING</c> are common to both. Values are <see langword="null"/>, strings, booleans,
/// integers and enums (BIGINT), doubles, byte arrays and <see cref="DateTimeOffset"/>; what they become is <see cref="StoreValue"/>'s.
/// </remarks>
internal sealed class StoreStatement
{
    private readonly (string Name, object? Value)[] _parameters;

    /// <summary>Makes a statement: <c>new("UPDATE t SET a = @a WHERE id = @id", ("@a", 1), ("@id", id))</c>.</summary>
    /// <param name="sql">The text: one statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="ArgumentException">A value is of a type, or a string holds a character, that not both dialects store.</exception>
    public StoreStatement(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        Sql = sql;
        _parameters = parameters.ToArray();
        foreach (ref var parameter in _parameters.AsSpan())
            parameter.Value = StoreValue.Normalize(parameter.Name, parameter.Value);
    }

    /// <summary>Gets the text.</summary>
    public string Sql { get; }

    /// <summary>Gets the parameters: every value is of a type that <see cref="StoreValue"/> gives.</summary>
    public ReadOnlySpan<(string Name, object? Value)> Parameters => _parameters;

    /// <inheritdoc/>
    public override string ToString() => Sql;
}

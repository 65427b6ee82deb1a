using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class PostgreSqlDatabaseTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("swordfish")]
    [InlineData("postgres://me:swordfish@example.org/db")]
    [InlineData("postgres://me:swordfish@example.org/db?sslmode=require")]
    [InlineData("Database=x;Password=swordfish")]
    [InlineData("Host=h;Port=swordfish")]
    public void What_is_no_connection_string_is_refused_without_quoting_it(string text)
    {
        var error = Assert.Throws<ProgramException>(() => PostgreSqlDatabase.Parse(text, "FILE"));
        Assert.True(error.IsInput);
        Assert.Contains("FILE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<ProgramException>(() => PostgreSqlDatabase.Read(new(ClusterMode.PostgreSql, "/nowhere/at/all")));
        Assert.True(error.IsInput);
        Assert.Contains("--cluster @/nowhere/at/all", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void White_space_around_it_is_ignored() =>
        Assert.Equal("PostgreSQL database d at h:5432", PostgreSqlDatabase.Parse(" Host=h;Database=d;Password=swordfish\n", "FILE").Name);
}

using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class ContentTypesTests
{
    [Theory]
    [InlineData("text/html", "", true)]
    [InlineData("Text/HTML ;charset=utf-8", "", true)]
    [InlineData("application/xhtml+xml", "", true)]
    [InlineData("text/plain", "<html>", false)]
    [InlineData("application/pdf", "<html>", false)]
    [InlineData(null, "\uFEFF \n<!DOCTYPE html>", true)]
    [InlineData("", "<!-- x -->", true)]
    [InlineData(null, "<a href=x>", true)]
    [InlineData(null, "<ab>", false)]
    [InlineData(null, "%PDF-1.4", false)]
    [InlineData(null, "", false)]
    public void Html_is_what_the_header_says_or_without_one_what_the_body_shows(string? header, string body, bool expected) =>
        Assert.Equal(expected, ContentTypes.IsHtml(header, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("text/html; charset=utf-8", "utf-8")]
    [InlineData("text/html;version=1; Charset = \"gbk\"", "gbk")]
    [InlineData("text/html; charset=", null)]
    [InlineData("text/html", null)]
    [InlineData(null, null)]
    public void The_charset_is_a_parameter_of_the_header(string? header, string? expected) => Assert.Equal(expected, ContentTypes.Charset(header));

    [Theory]
    [InlineData("nofollow", true)]
    [InlineData("noindex, nofollow", true)]
    [InlineData("oabot: nofollow", true)]
    [InlineData("OABot: noindex, none", true)]
    [InlineData("otherbot: nofollow", false)]
    [InlineData("max-snippet:10, nofollow", true)]
    [InlineData("noarchive, max-snippet: 10, nofollow", true)]
    [InlineData("noindex", false)]
    public void A_header_can_ask_not_to_follow_links(string value, bool expected) =>
        Assert.Equal(expected, RobotsDirectives.ForbidFollowing(value, "oabot"));
}

using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CharsetSnifferTests
{
    [Theory]
    [InlineData("\uFEFFx", "utf-8")]
    [InlineData("<meta charset=gbk>", "iso-8859-2")]
    public void A_byte_order_mark_beats_the_header_which_beats_the_page(string body, string expected) =>
        Assert.Equal(expected, Detect(body, "latin2"));

    [Fact]
    public void A_byte_order_mark_tells_utf_16_apart()
    {
        Assert.Equal("utf-16le", CharsetSniffer.Detect([0xFF, 0xFE, 0x41, 0], null).Name);
        Assert.Equal("utf-16be", CharsetSniffer.Detect([0xFE, 0xFF, 0, 0x41], null).Name);
    }

    [Theory]
    [InlineData("<meta charset=shift_jis>", "shift_jis")]
    [InlineData("<META CHARSET=\"GB2312\">", "gbk")]
    [InlineData("<meta/charset='euc-kr'/>", "euc-kr")]
    [InlineData("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r")]
    [InlineData("<meta content='text/html;charset = \"big5\"' http-equiv=content-type>", "big5")]
    [InlineData("<meta charset=utf-16>", "utf-8")]
    [InlineData("<meta charset=x-user-defined>", "windows-1252")]
    [InlineData("<meta charset=latin1>", "windows-1252")]
    [InlineData("<meta charset=nonsense><meta charset=utf-8>", "utf-8")]
    [InlineData("<meta name=x content='charset=big5'>", "windows-1252")]
    [InlineData("<!-- <meta charset=big5> --><meta charset=gbk>", "gbk")]
    [InlineData("<!--><meta charset=big5>", "big5")]
    [InlineData("<!x <meta charset=big5>", "windows-1252")]
    [InlineData("<p title='<meta charset=big5>'><meta charset=gbk>", "gbk")]
    [InlineData("<metax charset=big5>", "windows-1252")]
    [InlineData("<meta charset=big5", "big5")]
    [InlineData("<?xml version='1.0' encoding='iso-8859-5'?><html>", "iso-8859-5")]
    [InlineData("<", "windows-1252")]
    [InlineData("", "windows-1252")]
    public void A_page_declares_its_encoding(string body, string expected) => Assert.Equal(expected, Detect(body, null));

    [Fact]
    public void A_declaration_behind_the_first_1024_bytes_comes_too_late()
    {
        Assert.Equal("big5", Detect(new string(' ', 1000) + "<meta charset=big5>", null));
        Assert.Equal("windows-1252", Detect(new string(' ', 1020) + "<meta charset=big5>", null));
    }

    [Fact]
    public void An_unknown_label_in_the_header_is_no_label() => Assert.Equal("big5", Detect("<meta charset=big5>", "nonsense"));

    [Theory]
    [InlineData("utf-8", "<p>Žluťoučký kůň úpěl ďábelské ódy", "utf-8")]
    [InlineData("shift_jis", "<p>これは日本語の文章です。文字コードを推測します。漢字とかな。", "shift_jis")]
    [InlineData("windows-1251", "<p>Это русский текст, по которому можно угадать его кодировку без подсказок.", "windows-1251")]
    public void Without_any_word_the_bytes_are_judged(string encoding, string text, string expected) =>
        Assert.Equal(expected, CharsetSniffer.Detect(Charsets.Find(encoding)!.Encoding.GetBytes(text), null).Name);

    [Fact]
    public void Utf_16_without_a_mark_is_known_by_its_markup()
    {
        Assert.Equal("utf-16le", CharsetSniffer.Detect(Encoding.Unicode.GetBytes("<p>x"), null).Name);
        Assert.Equal("utf-16be", CharsetSniffer.Detect(Encoding.BigEndianUnicode.GetBytes("<p>x"), null).Name);
    }

    [Fact]
    public void A_character_on_the_edge_of_the_sample_is_not_held_against_utf_8()
    {
        for (var shift = 0; shift < 3; shift++)
            Assert.Equal("utf-8", Detect("é" + new string('x', shift) + string.Concat(Enumerable.Repeat("日本", 30_000)), null));
    }

    [Fact]
    public void Every_label_has_a_decoder()
    {
        foreach (var label in new[] { "utf-8", "ibm866", "iso-8859-8-i", "iso-8859-10", "iso-8859-16", "koi8-u", "macintosh", "tis-620", "x-mac-cyrillic", "gb18030", "euc-jp", "iso-2022-jp", "windows-949" })
        {
            var charset = Charsets.Find(label);
            Assert.NotNull(charset);
            Assert.Equal("a", charset.Encoding.GetString("a"u8));
        }
    }

    private static string Detect(string body, string? header) => CharsetSniffer.Detect(Encoding.UTF8.GetBytes(body), header).Name;
}

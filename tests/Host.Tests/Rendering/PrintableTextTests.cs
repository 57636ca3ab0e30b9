using System.Text.Json;
using Ferry.Host.Rendering;

namespace Ferry.Host.Tests.Rendering;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain name.iso", "plain name.iso")]
    [InlineData("a\e]0;x\ab", "a?]0;x?b")]
    [InlineData("a\r\nb\tc\u007f", "a??b?c?")]
    [InlineData("a\u009b2Jb\u0085", "a?2Jb?")]
    [InlineData("a\u202egnp.exe\u2066\u2069", "a?gnp.exe??")]
    [InlineData("a\u2028b\u2029", "a?b?")]
    [InlineData("\u6587\u4ef6 \U0001f469\u200d\U0001f52c \u05d0\u200f", "\u6587\u4ef6 \U0001f469\u200d\U0001f52c \u05d0\u200f")]
    public void Of_ShowsWhatATerminalWouldObey(string text, string shown) => PrintableText.Of(text).Should().Be(shown);

    [Theory]
    [InlineData('\u202a', "LRE")]
    [InlineData('\u202b', "RLE")]
    [InlineData('\u202c', "PDF")]
    [InlineData('\u202d', "LRO")]
    [InlineData('\u202e', "RLO")]
    [InlineData('\u2066', "LRI")]
    [InlineData('\u2067', "RLI")]
    [InlineData('\u2068', "FSI")]
    [InlineData('\u2069', "PDI")]
    public void Of_WhatTurnsTheOrderOfTheRest_IsShown(char turns, string name)
    {
        PrintableText.Of($"a{turns}b").Should().Be("a?b", name);
        PrintableText.OfJson($"\"a{turns}b\"").Should().Be($"\"a\\u{(int)turns:X4}b\"", name);
    }

    [Fact]
    public void OfJson_SaysTheSame_InPrintableCharacters()
    {
        var all = string.Concat(Enumerable.Range(0, 0xd800).Select(i => (char)i));
        var options = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        var json = PrintableText.OfJson(JsonSerializer.Serialize(all, options));

        JsonSerializer.Deserialize<string>(json).Should().Be(all);
        PrintableText.Of(json).Should().Be(json);
    }
}

using Mesh.Edge.Tls.Hello;

namespace Mesh.Edge.Tests.Tls.Hello;

public sealed class HelloReaderTests
{
    [Fact]
    public void Name_and_protocols_are_found_among_what_is_not_known()
    {
        byte[] bytes = Hellos.Record(Hellos.Message("Shop.Example.COM.", Hellos.Grease(), Hellos.Ech(), Hellos.Alpn("h2", "http/1.1")));
        ClientHello hello = Read(bytes);
        Assert.Equal("shop.example.com", hello.ServerName);
        Assert.Equal(["h2", "http/1.1"], hello.Protocols);
    }

    [Fact]
    public void A_hello_without_name_or_without_extensions_is_one()
    {
        Assert.Null(Read(Hellos.Record(Hellos.Message(null, Hellos.Grease()))).ServerName);
        byte[] old = [1, 0, 0, 41, 3, 1, .. new byte[32], 0, 0, 2, 0, 47, 1, 0];
        Assert.Null(Read(Hellos.Record(old)).ServerName);
    }

    [Fact]
    public void It_may_come_a_byte_at_a_time_and_spread_over_many_records()
    {
        byte[] message = Hellos.Message("drip.test", Hellos.Ech(), Hellos.Alpn("mqtt"));
        byte[] whole = Hellos.Record(message);
        byte[] halves = [.. Hellos.Record(message[..7]), .. Hellos.Record(message[7..])];
        byte[] single = [.. message.SelectMany(one => Hellos.Record(one))];
        foreach (byte[] bytes in new[] { whole, halves, single })
        {
            var reader = new HelloReader();
            for (int i = 1; i < bytes.Length; i++)
            {
                Assert.Equal(HelloState.Incomplete, reader.Advance(bytes.AsSpan(0, i)));
            }

            Assert.Equal(HelloState.Complete, reader.Advance(bytes));
            Assert.Equal("drip.test", reader.Hello!.ServerName);
        }
    }

    [Fact]
    public void What_follows_the_hello_is_no_matter()
    {
        byte[] bytes = [.. Hellos.Record(Hellos.Message("early.test")), 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 9];
        Assert.Equal("early.test", Read(bytes).ServerName);
    }

    [Theory]
    [InlineData("47 45 54 20")] // GET
    [InlineData("00")]
    [InlineData("16 02 00")]
    [InlineData("80 2e 01 03 01")] // SSL 2
    public void What_is_not_TLS_is_known_by_its_first_bytes(string hex) => Assert.Equal(HelloState.NotTls, new HelloReader().Advance(Bytes(hex)));

    [Theory]
    [InlineData("16 03 01 00 00")] // empty record
    [InlineData("16 03 01 40 01")] // longer than a record may be
    [InlineData("16 03 01 30 00")] // longer than a hello may be
    [InlineData("16 03 01 00 04 02")] // a ServerHello
    [InlineData("16 03 01 00 04 01 00 30 00")] // a message longer than a hello may be
    [InlineData("16 03 01 00 02 01 00 15 03 01 00 02")] // another kind of record in between
    [InlineData("16 03 01 00 05 01 00 00 01 00")]
    public void What_only_begins_like_one_is_malformed(string hex) => Assert.Equal(HelloState.Malformed, new HelloReader().Advance(Bytes(hex)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    public void A_name_that_is_none_is_malformed(string name)
    {
        byte[] bytes = Hellos.Record(Hellos.Message(name));
        HelloState state = new HelloReader().Advance(bytes);
        Assert.Equal(name == "." ? HelloState.Complete : HelloState.Malformed, state);
    }

    [Fact]
    public void Two_names_are_malformed()
    {
        Assert.Equal(HelloState.Malformed, new HelloReader().Advance(Hellos.Record(Hellos.Message("a.test", Hellos.ServerName("b.test")))));
        Assert.Equal(HelloState.Malformed, new HelloReader().Advance(Hellos.Record(Hellos.Message(null, Hellos.Alpn("a"), Hellos.Alpn("b")))));
    }

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(7);
        byte[] good = Hellos.Record(Hellos.Message("fuzz.test", Hellos.Grease(), Hellos.Ech(), Hellos.Alpn("h2")));
        for (int turn = 0; turn < 20_000; turn++)
        {
            byte[] bytes = [.. good.AsSpan(0, random.Next(1, good.Length + 1))];
            for (int i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var reader = new HelloReader();
            int half = random.Next(bytes.Length);
            if (reader.Advance(bytes.AsSpan(0, half)) == HelloState.Incomplete)
            {
                reader.Advance(bytes);
            }

            if (reader.Hello?.ServerName is { } name)
            {
                Assert.Matches("^[a-z0-9._:-]+$", name);
            }
        }
    }

    private static ClientHello Read(byte[] bytes)
    {
        var reader = new HelloReader();
        Assert.Equal(HelloState.Complete, reader.Advance(bytes));
        return reader.Hello!;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}

using System.Text;
using CsCheck;
using Mesh.Edge.Guard;

namespace Mesh.Edge.Tests.Guard;

public sealed class Http1InspectorTests
{
    /// <summary>Messages of every framing; each part knows its own length, which is what the inspector must find.</summary>
    private static readonly Gen<string> Message = Gen.OneOf(
        Gen.String["abc/"].Select(path => $"GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n"),
        Gen.String["x\r\n:0G"].Select(body => $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\nX: y\r\n\r\n{body}"),
        Gen.Select(Gen.String["y\r\n;0"].Array[0, 4], Gen.Bool, Gen.Bool, (chunks, extension, trailer) =>
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n"
            + string.Concat(chunks.Where(c => c.Length > 0).Select(c => $"{c.Length:x}{(extension ? ";e=1" : "")}\r\n{c}\r\n"))
            + (trailer ? "0\r\nX-T: y\r\nX-U: z\r\n\r\n" : "0\r\n\r\n")));

    [Fact]
    public void Finds_the_end_of_every_message_in_any_split()
    {
        Gen.Select(Message.Array[1, 6], Gen.Int[1, 40].Array[1, 20]).Sample((messages, splits) =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes(string.Concat(messages));
            var inspector = new Http1Inspector();
            var ends = new List<int>();
            int at = 0;
            for (int turn = 0; at < bytes.Length; turn++)
            {
                int length = Math.Min(splits[turn % splits.Length], bytes.Length - at);
                at += inspector.Take(bytes.AsSpan(at, length));
                if (inspector.MessageComplete)
                {
                    ends.Add(at);
                    inspector.NextMessage();
                }
            }

            int end = 0;
            return inspector.Violation == Http1Violation.None && ends.SequenceEqual(messages.Select(m => end += m.Length));
        });
    }

    [Fact]
    public void Garbage_never_crashes_it_and_a_refusal_stands()
    {
        Gen<string> garbage = Gen.OneOf(Gen.String["GET /HTTP1.\r\n: chunkedTransfer-EncodingContent-Length0;"], Message).Array[1, 8].Select(string.Concat);
        Gen.Select(garbage, Gen.Int[1, 20]).Sample((text, split) =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            var inspector = new Http1Inspector();
            for (int at = 0; at < bytes.Length && !inspector.Refused;)
            {
                int length = Math.Min(split, bytes.Length - at);
                int taken = inspector.Take(bytes.AsSpan(at, length));
                if (taken < length && !inspector.MessageComplete && !inspector.Refused)
                {
                    return false;
                }

                at += taken;
                if (inspector.MessageComplete)
                {
                    inspector.NextMessage();
                }
            }

            return !inspector.Refused || (inspector.Violation != Http1Violation.None && inspector.Take("GET / HTTP/1.1\r\n\r\n"u8) == 0);
        });
    }

    [Fact]
    public void A_line_without_end_is_given_up()
    {
        var inspector = new Http1Inspector();
        byte[] piece = new byte[1000];
        Array.Fill(piece, (byte)'a');
        for (int i = 0; i < 100 && !inspector.Refused; i++)
        {
            inspector.Take(piece);
        }

        Assert.Equal(Http1Violation.HeadTooLong, inspector.Violation);
    }
}

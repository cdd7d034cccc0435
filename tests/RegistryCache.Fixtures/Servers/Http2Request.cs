using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace RegistryCache.Fixtures.Servers;

/// <summary>One request of HTTP/2 and what can be sent back. Nothing is sent that the test did not ask for.</summary>
public sealed partial class Http2Request
{
    internal const byte Data = 0;
    internal const byte Headers = 1;
    internal const byte Settings = 4;
    internal const byte Ping = 6;
    internal const byte MoreRoom = 8;
    internal const byte FirstRoom = 4;
    internal const int LeastRoom = 65_535;
    internal const byte Acknowledges = 1;

    private const byte Reset = 3;
    private const byte GoAway = 7;
    private const byte Ends = 1;
    private const byte EndsHeaders = 4;

    private readonly int _stream;
    private readonly Func<byte, byte, int, ReadOnlyMemory<byte>, Task> _send;
    private readonly Action _close;
    private readonly Channel<int> _body = Channel.CreateUnbounded<int>();

    internal Http2Request(int stream, string headers, Func<byte, byte, int, ReadOnlyMemory<byte>, Task> send, Action close)
    {
        (_stream, _send, _close) = (stream, send, close);

        // The framework writes its headers without compression. GET and POST are one byte each of the static table.
        Method = headers[0] switch
        {
            '\x82' => "GET",
            '\x83' => "POST",
            _ => Word().Match(headers).Value,
        };
        Path = Slash().Match(headers).Value;
    }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>The path, with the query.</summary>
    public string Path { get; }

    /// <summary>Waits for so many more bytes of the body.</summary>
    /// <param name="bytes">The bytes.</param>
    public async Task TakeAsync(int bytes)
    {
        while (bytes > 0)
            bytes -= await _body.Reader.ReadAsync();
    }

    /// <summary>Answers, and ends the answer. The stream stays open for what the client still sends.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">The headers, with names in lower case.</param>
    public async Task AnswerAsync(int status, string body = "", params (string Name, string Value)[] headers)
    {
        // Literals without an index; the name of the status is number 8 of the static table.
        var block = new MemoryStream();
        block.WriteByte(8);
        Write(block, $"{status}");
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            Write(block, name);
            Write(block, value);
        }

        await _send(Headers, (byte)(body.Length == 0 ? Ends | EndsHeaders : EndsHeaders), _stream, block.ToArray());
        if (body.Length > 0)
            await _send(Data, Ends, _stream, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Resets the stream.</summary>
    /// <param name="code">The error code.</param>
    public Task ResetAsync(int code) => _send(Reset, 0, _stream, Number(code));

    /// <summary>Says that the connection ends and which request was the last one that the server looked at, and closes it.</summary>
    /// <param name="isSeen">Whether this request was looked at.</param>
    public async Task GoAwayAsync(bool isSeen)
    {
        await _send(GoAway, 0, 0, new byte[][] { Number(isSeen ? _stream : 0), Number(0) }.SelectMany(static b => b).ToArray());
        Close();
    }

    /// <summary>Closes the connection.</summary>
    public void Close() => _close();

    internal void Add(int bytes) => _body.Writer.TryWrite(bytes);

    internal static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Write(MemoryStream block, string text)
    {
        if (text.Length > 126)
            throw new ArgumentException("Longer texts need another form.", nameof(text));
        block.WriteByte((byte)text.Length);
        block.Write(Encoding.ASCII.GetBytes(text));
    }

    [GeneratedRegex("HEAD|PUT|PATCH|DELETE")]
    private static partial Regex Word();

    [GeneratedRegex("/[!-~]*")]
    private static partial Regex Slash();
}

namespace RegistryCache.Oci.Http;

/// <summary>Counts the informational answers (1xx) before each answer of an HTTP/1.1 connection. The framework reads them in a loop and
/// limits only their bytes, so a server that keeps sending them could hold a request open without end.</summary>
internal sealed class AnnouncementLimit(Stream inner) : WatchedStream(inner)
{
    /// <summary>Registries send one at most; a WebDAV server sends one every 20 seconds while it works.</summary>
    public const int MaxAnnouncements = 16;

    // The length of "HTTP/1.1 103".
    private const int StatusLength = 12;

    private readonly byte[] _start = new byte[StatusLength];
    private volatile bool _asked = true;
    private State _state;
    private int _length;
    private int _count;

    private enum State
    {
        Status,
        Line,
        LineStart,
        Answer,
    }

    // Bytes sent after the answer began are the next request, or the rest of a body that was refused early. What comes in next is then
    // read as a new head. The body of the early answer passes as well, because it does not look like sixteen announcements.
    protected override void Sending(ReadOnlySpan<byte> bytes) => _asked = true;

    protected override void Received(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Answer)
        {
            if (!_asked)
                return;
            (_state, _length, _count) = (State.Status, 0, 0);
        }

        _asked = false;
        for (var i = 0; i < bytes.Length && _state != State.Answer; i++)
            Follow(bytes[i]);
    }

    private void Follow(byte next)
    {
        switch (_state)
        {
            case State.Status:
                _start[_length++] = next;
                if (_length == StatusLength)
                    _state = IsAnnouncement(_start) ? State.Line : State.Answer;
                break;
            case State.Line when next == '\n':
                _state = State.LineStart;
                break;
            case State.LineStart when next == '\n':
                (_state, _length) = (State.Status, 0);
                if (++_count > MaxAnnouncements)
                    throw new TooManyAnnouncementsException();
                break;
            case State.LineStart when next != '\r':
                _state = State.Line;
                break;
        }
    }

    // 101 is an answer: another protocol follows it.
    private static bool IsAnnouncement(ReadOnlySpan<byte> start) =>
        start.StartsWith("HTTP/1."u8) && start[8] == ' ' && start[9] == '1' && !start[9..].SequenceEqual("101"u8);
}

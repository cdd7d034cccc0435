using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>Decodes deflate data block by block. Refuses everything that zlib refuses. Source: RFC 1951.</summary>
internal sealed class Inflater(InflateInput input, InflateWindow window)
{
    /// <summary>The longest block header: counts, the code of the code lengths, and each code length with its most bits.</summary>
    private const int MaxHeaderBits = 3 + 14 + (3 * DeflateFormat.CodeLengthSymbols)
        + ((DeflateFormat.MaxCodeLengthCodeLength + 7) * (DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols));

    private const int MaxStepBits = InflateSymbols.MaxLengthBits + InflateSymbols.MaxDistanceBits;

    private readonly InflateTables _tables = new();
    private State _state;
    private bool _isLast;
    private int _storedLeft;

    private enum State
    {
        Header,
        Stored,
        Symbols,
        Ended,
    }

    /// <summary>Starts a new sequence of blocks.</summary>
    public void Restart()
    {
        _state = State.Header;
        _isLast = false;
        window.BeginMember();
    }

    public InflateStatus Run()
    {
        while (true)
        {
            switch (_state)
            {
                case State.Header when !input.Has(MaxHeaderBits):
                    return InflateStatus.NeedsInput;
                case State.Header:
                    ReadHeader();
                    break;
                case State.Stored when CopyStored() is { } stop:
                    return stop;
                case State.Symbols when DecodeSymbols() is { } stop:
                    return stop;
                case State.Ended:
                    return InflateStatus.Ended;
            }
        }
    }

    private void EndBlock() => _state = _isLast ? State.Ended : State.Header;

    private void ReadHeader()
    {
        _isLast = input.Take(1) != 0;
        switch (input.Take(2))
        {
            case DeflateFormat.StoredBlock:
                input.AlignToByte();
                _storedLeft = (int)input.Take(16);
                if (_storedLeft != (input.Take(16) ^ 0xffff))
                    throw InflateDamage.Error("the two lengths of a stored block contradict each other");
                input.AlignToByte();
                _state = State.Stored;
                break;
            case DeflateFormat.FixedBlock:
                _tables.SetFixed();
                _state = State.Symbols;
                break;
            case DeflateFormat.DynamicBlock:
                _tables.ReadDynamic(input);
                _state = State.Symbols;
                break;
            default:
                throw InflateDamage.Error("a block has an unknown type");
        }
    }

    private InflateStatus? CopyStored()
    {
        while (_storedLeft > 0)
        {
            if (window.IsFull)
                return InflateStatus.OutputFull;
            if (input.Available == 0)
                return input.Ended ? throw InflateDamage.CutOff("a stored block") : InflateStatus.NeedsInput;
            var count = Math.Min(_storedLeft, Math.Min(input.Available, InflateWindow.Limit - window.Position));
            input.Bytes[..count].CopyTo(window.Buffer.AsSpan(window.Position));
            input.SkipBytes(count);
            window.Position += count;
            _storedLeft -= count;
        }

        EndBlock();
        return null;
    }

    private InflateStatus? DecodeSymbols()
    {
        while (_state == State.Symbols)
        {
            if (window.IsFull)
                return InflateStatus.OutputFull;
            if (input.Available >= InflateLoop.MinInput)
            {
                RunLoop();
            }
            else if (!input.Has(MaxStepBits))
            {
                return InflateStatus.NeedsInput;
            }
            else
            {
                Step();
            }
        }

        return null;
    }

    private void RunLoop()
    {
        switch (InflateLoop.Run(input, window, _tables))
        {
            case InflateStop.EndOfBlock:
                EndBlock();
                break;
            case InflateStop.InvalidCodeword:
                throw InflateDamage.Error("a codeword has no meaning");
            case InflateStop.MatchBeforeStart:
                throw InflateDamage.Error("a match begins before the data");
        }
    }

    /// <summary>Decodes one literal or match with all bounds checked, near the end of the available input.</summary>
    private void Step()
    {
        var entry = TakeCodeword(0, InflateTables.LiteralBits);
        if ((entry & InflateEntry.Literal) != 0)
        {
            window.Buffer[window.Position++] = (byte)(entry >> InflateEntry.ValueShift);
            return;
        }

        if ((entry & InflateEntry.EndOfBlock) != 0)
        {
            EndBlock();
            return;
        }

        var length = TakeExtra(entry);
        var distance = TakeExtra(TakeCodeword(InflateTables.DistanceStart, InflateTables.DistanceBits));
        if (distance > window.Position - window.MemberStart)
            throw InflateDamage.Error("a match begins before the data");
        var buffer = window.Buffer;
        for (var end = window.Position + length; window.Position < end; window.Position++)
            buffer[window.Position] = buffer[window.Position - distance];
    }

    private uint TakeCodeword(int table, int mainBits)
    {
        var entry = _tables.Entries[table + (int)input.Peek(mainBits)];
        if ((entry & InflateEntry.SecondLevel) != 0 && (entry & InflateEntry.Exceptional) != 0)
        {
            input.Skip(mainBits);
            entry = _tables.Entries[table + InflateEntry.SecondStart(entry) + (int)input.Peek(DeflateFormat.MaxCodeLength - mainBits)];
        }

        if ((entry & (InflateEntry.Exceptional | InflateEntry.EndOfBlock)) == InflateEntry.Exceptional)
            throw InflateDamage.Error("a codeword has no meaning");
        input.Skip((int)((entry >> InflateEntry.CodewordShift) & 0x3f));
        return entry;
    }

    private int TakeExtra(uint entry) =>
        (int)((entry >> InflateEntry.ValueShift)
            + input.Take((int)(entry & InflateEntry.TakenMask) - (int)((entry >> InflateEntry.CodewordShift) & 0x3f)));
}

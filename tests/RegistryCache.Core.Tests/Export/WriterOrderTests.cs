namespace RegistryCache.Core.Tests.Export;

/// <summary>Ways for several writers to share one tag, each as a few steps. Every order of the steps is tried. It is why a merge waits: see
/// docs/adr/0070-writers-that-meet-on-one-tag.md. A record is one bit, and a tag holds some.</summary>
internal sealed class WriterOrderTests
{
    private const int Done = 15;

    // The state: what the tag holds, what a second tag holds, who is announced, and four numbers of each writer.
    private const int Tag = 0;
    private const int Second = 1;
    private const int Announced = 2;
    private const int First = 3;
    private const int Step = 0;
    private const int Seen = 1;
    private const int SeenSecond = 2;
    private const int Others = 3;
    private const int Numbers = 4;

    [Test]
    public void With_one_tag_and_no_wait_two_writers_can_lose_a_record() => Assert.That(FindLoss(2, OneTagWithoutWait), Is.Not.Null);

    [Test]
    public void With_a_second_tag_and_no_wait_three_writers_can_lose_a_record()
    {
        Assert.That(FindLoss(2, TwoTagsWithoutWait), Is.Null, "two writers can cover only one of the tags each");
        Assert.That(FindLoss(3, TwoTagsWithoutWait), Is.Not.Null);
    }

    [TestCase(2)]
    [TestCase(3)]
    public void If_each_waits_until_those_that_looked_before_have_moved_the_tag_nothing_is_lost(int writers) =>
        Assert.That(FindLoss(writers, OneTagWithWait), Is.Null);

    [TestCase(2)]
    [TestCase(3)]
    public void If_each_announces_itself_under_a_name_of_its_own_nothing_is_lost(int writers) =>
        Assert.That(FindLoss(writers, OwnNames), Is.Null);

    private static bool OneTagWithoutWait(Span<int> state, int writer)
    {
        var own = Of(state, writer);
        switch (own[Step])
        {
            case 0:
                own[Seen] = state[Tag];
                own[Step] = 1;
                break;
            case 1:
                state[Tag] = own[Seen] | Record(writer);
                own[Step] = 2;
                break;
            default:
                own[Step] = Holds(state[Tag], writer) ? Done : 0;
                break;
        }

        return true;
    }

    // Each tag is replaced by all that the writer has ever seen.
    private static bool TwoTagsWithoutWait(Span<int> state, int writer)
    {
        var own = Of(state, writer);
        switch (own[Step])
        {
            case 0:
                own[Seen] |= state[Second] | Record(writer);
                own[Step] = 1;
                break;
            case 1:
                own[Seen] |= state[Tag];
                own[Step] = 2;
                break;
            case 2:
                state[Second] = own[Seen];
                own[Step] = 3;
                break;
            case 3:
                own[Seen] |= state[Tag];
                own[Step] = 4;
                break;
            case 4:
                state[Tag] = own[Seen];
                own[Step] = 5;
                break;
            case 5:
                own[SeenSecond] = state[Second];
                own[Step] = 6;
                break;
            default:
                var isDone = own[SeenSecond] == own[Seen] && state[Tag] == own[Seen];
                own[Seen] |= own[SeenSecond] | state[Tag];
                own[Step] = isDone ? Done : 2;
                break;
        }

        return true;
    }

    private static bool OneTagWithWait(Span<int> state, int writer)
    {
        var own = Of(state, writer);
        switch (own[Step])
        {
            case 0:
                own[Seen] = state[Tag];
                own[Step] = 1;
                break;
            case 1:
                state[Tag] = own[Seen] | Record(writer);
                own[Step] = 2;
                for (var other = 0; other < Writers(state); other++)
                {
                    if (other != writer && Of(state, other)[Step] == 1)
                        own[Others] |= Record(other);
                    Of(state, other)[Others] &= ~Record(writer);
                }

                break;
            case 2 when own[Others] != 0:
                return false;
            default:
                own[Step] = Holds(state[Tag], writer) ? Done : 0;
                break;
        }

        return true;
    }

    private static bool OwnNames(Span<int> state, int writer)
    {
        var own = Of(state, writer);
        switch (own[Step])
        {
            case 0:
                state[Announced] |= Record(writer);
                own[Step] = 1;
                break;
            case 1:
                own[Seen] = state[Tag];
                own[Step] = 2;
                break;
            case 2:
                state[Tag] = own[Seen] | Record(writer);
                own[Step] = 3;
                break;
            case 3:
                state[Announced] &= ~Record(writer);
                own[Step] = 4;
                break;
            case 4:
                own[Others] = state[Announced];
                own[Step] = 5;
                break;
            case 5 when own[Others] != 0:
                // It waits for those alone that it has seen. Whoever comes later looks at the tag later.
                own[Others] &= state[Announced];
                return own[Others] == 0;
            default:
                own[Step] = Holds(state[Tag], writer) ? Done : 0;
                break;
        }

        return true;
    }

    /// <summary>A state in which all writers are done and the tag lacks a record; <see langword="null"/> if no order leads to one.</summary>
    private static int[]? FindLoss(int writers, StepOf step)
    {
        var start = new int[First + (writers * Numbers)];
        var seen = new HashSet<ulong> { KeyOf(start) };
        var next = new Stack<int[]>([start]);
        while (next.TryPop(out var state))
        {
            var moved = false;
            for (var writer = 0; writer < writers; writer++)
            {
                if (Of(state, writer)[Step] == Done)
                    continue;
                int[] after = [.. state];
                if (!step(after, writer))
                    continue;
                moved = true;
                if (seen.Add(KeyOf(after)))
                    next.Push(after);
            }

            if (moved)
                continue;
            Assert.That(Enumerable.Range(0, writers).All(w => Of(state, w)[Step] == Done), "nobody waits for ever");
            if (state[Tag] != (1 << writers) - 1)
                return state;
        }

        return null;
    }

    private static int Writers(Span<int> state) => (state.Length - First) / Numbers;

    private static Span<int> Of(Span<int> state, int writer) => state.Slice(First + (writer * Numbers), Numbers);

    private static int Record(int writer) => 1 << writer;

    private static bool Holds(int records, int writer) => (records & Record(writer)) != 0;

    private static ulong KeyOf(int[] state) => state.Aggregate(0UL, (key, number) => (key << 4) | (uint)number);

    private delegate bool StepOf(Span<int> state, int writer);
}

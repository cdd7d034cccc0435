using RegistryCache.Core.Tests.Format;
using static RegistryCache.Core.Tests.Divergence.BuildGraphs;

namespace RegistryCache.Core.Tests.Divergence;

/// <summary>Where two builds part, on caches of the shape that BuildKit writes.</summary>
internal sealed class BuildDivergenceTests
{
    [Test]
    public void Equal_caches_do_not_part()
    {
        var divergence = BuildDivergence.Between(Build(), Build());

        Assert.That((divergence.Steps.Count, divergence.FollowingRecords), Is.EqualTo((0, 0)));
        Assert.That(divergence.SharedRecords, Is.EqualTo(Build().Records.Length));
    }

    [Test]
    public void Another_content_of_a_file_is_named_with_the_step_that_reads_it()
    {
        var divergence = BuildDivergence.Between(Build(), Build(source: "changed"));

        var step = divergence.Steps.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((step.Cause, step.Before!.Digest, step.After!.Digest), Is.EqualTo((DivergenceCause.Content, Name("copy"), Name("copy"))));
            Assert.That(step.Inputs.Single() is { Index: 1, Cause: DivergenceCause.Content });
            Assert.That(step.Inputs[0].Before.Single().Record.Digest, Is.EqualTo(Name("content source")));
            Assert.That(step.Inputs[0].After.Single().Record.Digest, Is.EqualTo(Name("content changed")));
            Assert.That(divergence.FollowingRecords, Is.EqualTo(2), "what is built on it");
        }
    }

    [Test]
    public void Another_command_is_named_with_what_was_there_instead()
    {
        var step = BuildDivergence.Between(Build(), Build(command: "run with another argument")).Steps.Single();

        Assert.That((step.Cause, step.Inputs.Count), Is.EqualTo((DivergenceCause.Operation, 0)));
        Assert.That((step.Before!.Digest, step.After!.Digest), Is.EqualTo((Name("run"), Name("run with another argument"))));
    }

    [Test]
    public void Another_base_image_is_known_by_its_layers()
    {
        var divergence = BuildDivergence.Between(Build(), Build(image: "another image"));

        var step = divergence.Steps.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((step.Cause, step.After!.Digest, step.Inputs.Single().Index), Is.EqualTo((DivergenceCause.BaseImage, Name("mkdir"), 0)));
            Assert.That(step.Inputs[0].BaseBefore!.Top.DiffId, Is.EqualTo(Digest.OfText("image")));
            Assert.That(step.Inputs[0].BaseAfter!.Top.DiffId, Is.EqualTo(Digest.OfText("another image")));
            Assert.That(divergence.FollowingRecords, Is.EqualTo(3));
        }
    }

    [Test]
    public void A_file_and_a_command_that_differ_on_two_paths_are_both_named()
    {
        var steps = BuildDivergence.Between(Build(), Build(source: "changed", tool: "tool with another argument")).Steps;

        Assert.That(steps.Select(s => (s.Cause, s.After!.Digest)), Is.EquivalentTo(new[]
        {
            (DivergenceCause.Content, Name("copy")), (DivergenceCause.Operation, Name("tool with another argument")),
        }));
    }

    [Test]
    public void A_step_that_was_added_or_removed_is_named_so()
    {
        var (without, with) = (Build(), Build(extra: true));

        var added = BuildDivergence.Between(without, with).Steps;
        var removed = BuildDivergence.Between(with, without).Steps;

        Assert.That(added.Select(s => (s.Cause, s.After?.Digest)), Is.EqualTo(new[] { (DivergenceCause.Added, Name("extra")) }));
        Assert.That(removed.Select(s => (s.Cause, s.Before?.Digest)), Does.Contain((DivergenceCause.Removed, Name("extra"))));
    }

    [Test]
    public void Other_paths_of_the_same_input_are_another_part()
    {
        var step = BuildDivergence.Between(Build(), Build(part: "/other")).Steps.Single();

        Assert.That((step.Cause, step.After!.Digest), Is.EqualTo((DivergenceCause.Part, Name("final"))));
    }

    [TestCase("file", DivergenceCause.Content, 1, 2)]
    [TestCase("argument", DivergenceCause.Operation, null, 1)]
    [TestCase("base", DivergenceCause.BaseImage, 0, 4)]
    public void Caches_that_Docker_wrote_part_where_the_builds_do(string tag, DivergenceCause cause, int? input, int following)
    {
        var divergence = BuildDivergence.Between(FixtureGraphs.Read("parted", "before").Graph, FixtureGraphs.Read("parted", tag).Graph);

        var step = divergence.Steps.Single();
        Assert.That((step.Cause, step.Inputs.SingleOrDefault()?.Index), Is.EqualTo((cause, input)));
        Assert.That(divergence.FollowingRecords, Is.EqualTo(following));
        int? layers = input == 0 ? 1 : null;
        Assert.That(step.Inputs.Select(i => (i.BaseBefore?.Length, i.BaseAfter?.Length)), Is.All.EqualTo((layers, layers)));
    }

    [Test]
    public void Random_caches_part_somewhere_exactly_if_the_first_lacks_a_step()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (before, after) = (Graph.LookUpModel.RandomGraph(random), Graph.LookUpModel.RandomGraph(random));

            var divergence = BuildDivergence.Between(before, after);

            var lacks = after.Records.Count(r => !r.Inputs.IsEmpty) - Found(before, after);
            Assert.That(divergence.Steps.Count(s => s.After is not null) + divergence.FollowingRecords, Is.EqualTo(lacks), $"round {round}");
            Assert.That(divergence.Steps.Any(s => s.After is not null), Is.EqualTo(lacks > 0), $"round {round}");
        }
    }

    private static int Found(CacheGraph before, CacheGraph after)
    {
        var found = new Dictionary<CacheRecord, HashSet<CacheRecord>>(ReferenceEqualityComparer.Instance);
        foreach (var record in RegistryCache.Core.Graph.GraphWalk.ParentsFirst(after.Records))
        {
            found[record] = record.Inputs.IsEmpty
                ? [.. before.Records.Where(r => r.Digest == record.Digest && r.Inputs.IsEmpty)]
                : Graph.LookUpModel.Find(before, record.Digest, [.. record.Inputs.Select(links => (IReadOnlyList<CacheLink>)
                    [.. links.SelectMany(l => found[l.Record].Select(r => new CacheLink(r, l.Selector)))])]);
        }

        return found.Count(f => !f.Key.Inputs.IsEmpty && f.Value.Count > 0);
    }
}

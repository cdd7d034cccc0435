using RegistryCache.Core.Tests.Format;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Graph;

/// <summary>Caches that BuildKit wrote: every record is found in every way that its links offer, and in no other.</summary>
[TestFixtureSource(nameof(Names))]
internal sealed class FixtureLookUpTests(string name)
{
    private readonly CacheIndex _index = new(FixtureGraphs.Read(name).Graph);

    private static IReadOnlyList<string> Names => FixtureLayout.CacheNames;

    [Test]
    public void Each_record_is_found_along_all_its_links()
    {
        foreach (var record in _index.Graph.Records)
            Assert.That(_index.Find(record.Digest, Known(record)), Does.Contain(record), record.Digest);
    }

    [Test]
    public void Each_record_is_found_through_each_combination_of_alternatives()
    {
        foreach (var record in _index.Graph.Records)
        {
            foreach (var path in Combinations(record))
                Assert.That(_index.Find(record.Digest, path), Does.Contain(record), record.Digest);
        }
    }

    [Test]
    public void A_wrong_selector_does_not_find_a_record()
    {
        foreach (var record in _index.Graph.Records)
        {
            for (var input = 0; input < record.Inputs.Length; input++)
            {
                var known = Known(record);
                known[input] = [.. known[input].Select(l => l with { Selector = CacheLink.SelectorOf("/nowhere") })];
                Assert.That(_index.Find(record.Digest, known), Is.Empty, $"{record.Digest}, input {input}");
            }
        }
    }

    [Test]
    public void One_wrong_input_does_not_find_a_record()
    {
        foreach (var record in _index.Graph.Records)
        {
            for (var input = 0; input < record.Inputs.Length; input++)
            {
                var known = Known(record);
                known[input] = [.. _index.Graph.Records.Where(r => !record.Inputs[input].Any(l => ReferenceEquals(l.Record, r))).Select(r => new CacheLink(r, ""))];
                Assert.That(_index.Find(record.Digest, known), Does.Not.Contain(record), $"{record.Digest}, input {input}");
            }
        }
    }

    [Test]
    public void A_missing_input_does_not_find_a_record()
    {
        foreach (var record in _index.Graph.Records.Where(r => !r.Inputs.IsEmpty))
        {
            Assert.That(_index.Find(record.Digest, Known(record)[..^1]), Does.Not.Contain(record), record.Digest);
            Assert.That(_index.Find(record.Digest), Does.Not.Contain(record), "the right digest with no ancestry");
        }
    }

    [Test]
    public void A_wrong_output_index_does_not_find_a_record()
    {
        foreach (var record in _index.Graph.Records)
            Assert.That(_index.Find(CacheRecord.DigestOf(Digest.Parse(record.Digest)).ToString(), Known(record)), Is.Empty);
    }

    [Test]
    public void The_brute_force_model_agrees_on_every_record()
    {
        foreach (var record in _index.Graph.Records)
        {
            var known = Known(record);
            Assert.That(_index.Find(record.Digest, known), Is.EquivalentTo(LookUpModel.Find(_index.Graph, record.Digest, known)));
        }
    }

    private static List<IReadOnlyList<CacheLink>> Known(CacheRecord record) => [.. record.Inputs.Select(links => (IReadOnlyList<CacheLink>)[.. links])];

    private static IEnumerable<IReadOnlyList<IReadOnlyList<CacheLink>>> Combinations(CacheRecord record)
    {
        IEnumerable<List<IReadOnlyList<CacheLink>>> paths = [[]];
        foreach (var links in record.Inputs)
            paths = paths.SelectMany(p => links.Select(l => (List<IReadOnlyList<CacheLink>>)[.. p, [l]]));
        return paths;
    }
}

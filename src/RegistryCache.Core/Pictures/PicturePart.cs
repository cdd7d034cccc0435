using System.Collections.Immutable;

namespace RegistryCache.Core.Pictures;

/// <summary>Connected boxes with their places relative to each other.</summary>
internal sealed record PicturePart(IReadOnlyList<int> Members, ImmutableArray<(int X, int Y)> Places, int Width, int Height)
{
    /// <param name="boxes">All boxes of the picture.</param>
    /// <param name="ranks">The line of each box.</param>
    /// <param name="members">The connected boxes, in ascending order.</param>
    /// <param name="step">The distance of boxes in a line.</param>
    /// <param name="lineStep">The distance of lines.</param>
    /// <param name="most">The most boxes in a line. Longer lines are broken.</param>
    /// <param name="goesDown">Whether lines are rows.</param>
    public static PicturePart Of(
        IReadOnlyList<PictureBox> boxes, int[] ranks, List<int> members, int step, int lineStep, int most, bool goesDown)
    {
        var lines = new LineOrder(boxes, ranks, members, step).Arrange();
        var places = new Dictionary<int, (double Along, int Line)>(members.Count);
        var count = 0;
        foreach (var line in lines)
        {
            foreach (var piece in line.Chunk(most))
            {
                // The pieces of a broken line stand below each other, centred where the whole line was.
                var centre = line.Average(b => b.Along);
                for (var i = 0; i < piece.Length; i++)
                {
                    var along = line.Count <= most ? piece[i].Along : centre + (i - (piece.Length - 1) / 2.0) * step;
                    places.Add(piece[i].Box, (along, count));
                }

                count++;
            }
        }

        var least = places.Values.Min(p => p.Along);
        var points = ImmutableArray.CreateBuilder<(int X, int Y)>(members.Count);
        foreach (var (along, line) in members.Select(m => places[m]))
        {
            var (a, b) = ((int)Math.Round(along - least), line * lineStep);
            points.Add(goesDown ? (a, b) : (b, a));
        }

        var corners = points.MoveToImmutable();
        return new PicturePart(
            members, corners, corners.Max(p => p.X) + PictureLayout.BoxWidth, corners.Max(p => p.Y) + PictureLayout.BoxHeight);
    }
}

namespace Ferry.Bench.Runtime;

/// <summary>Works of one kind that are measured in turn, inside this process, after a round that only warms up.</summary>
internal sealed class Contest
{
    private readonly List<(string Name, Func<Task<double[]>> Run, Series[] Series)> _contenders = [];

    /// <summary>Adds work that gives a time.</summary>
    public Series Add(string name, Func<Task<TimeSpan>> run) => Add(name, 1, async () => [(await run()).TotalSeconds])[0];

    /// <summary>Adds work that gives several figures.</summary>
    public Series[] Add(string name, int figures, Func<Task<double[]>> run)
    {
        Series[] series = [.. Enumerable.Range(0, figures).Select(_ => new Series())];
        _contenders.Add((name, run, series));
        return series;
    }

    public async Task RunAsync(int rounds)
    {
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < _contenders.Count; i++)
            {
                var (name, run, series) = _contenders[(i + round + 1) % _contenders.Count];
                GC.Collect();
                await BenchRun.SyncAsync();
                var figures = await run();
                if (round < 0)
                    continue;
                Console.WriteLine($"round {round + 1}: {name}: {figures[0]:0.000} s");
                foreach (var (figure, one) in figures.Zip(series))
                    one.Add(figure);
            }
        }
    }
}

namespace Ferry.Bench;

/// <summary>The times of one contender.</summary>
internal sealed class Series
{
    private readonly List<double> _seconds = [];

    public void Add(TimeSpan time) => _seconds.Add(time.TotalSeconds);

    public double Median
    {
        get
        {
            var sorted = _seconds.Order().ToArray();
            return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public double Quantile(double share) => _seconds.Order().ElementAt((int)(share * (_seconds.Count - 1)));

    public double Min => _seconds.Min();

    public double Max => _seconds.Max();
}

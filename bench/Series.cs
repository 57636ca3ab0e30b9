namespace Ferry.Bench;

/// <summary>What was measured of one contender: seconds, or bytes.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public void Add(TimeSpan time) => Add(time.TotalSeconds);

    public void Add(double value) => _values.Add(value);

    public int Count => _values.Count;

    public double Median
    {
        get
        {
            var sorted = _values.Order().ToArray();
            return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public double Quantile(double share) => _values.Order().ElementAt((int)(share * (_values.Count - 1)));

    public double Min => _values.Min();

    public double Max => _values.Max();
}

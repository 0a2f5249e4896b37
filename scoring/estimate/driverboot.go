package estimate

import "context"

// Drivers runs AnalyseDrivers with the design's weights and gives LMG an interval at the given level: quantiles (type 7) of
// LMG over the replicates, which resample the design's sampling units. reps may be nil: no intervals.
func (d *Design) Drivers(ctx context.Context, outcome string, on []string, reps *Replicates, level float64, progress func(done, total int), missing ...string) (*Drivers, error) {
	y, err := d.frame.Values(outcome, missing...)
	if err != nil {
		return nil, err
	}
	x := make([][]float64, len(on))
	for j, name := range on {
		if x[j], err = d.frame.Values(name, missing...); err != nil {
			return nil, err
		}
	}
	out, err := AnalyseDrivers(y, on, x, d.weight)
	if err != nil || reps == nil {
		return out, err
	}
	shares := make([][]float64, reps.Len())
	err = parallel(ctx, reps.Len(), progress, func(r int) error {
		w, err := d.ReplicateWeights(reps, r)
		if err != nil {
			return err
		}
		m, err := newDriverMoments(y, on, x, w)
		if err != nil {
			return nil // a replicate that cannot be computed is left out
		}
		shares[r], _, _ = m.shares()
		return nil
	})
	for j := range out.Terms {
		var v []float64
		for _, s := range shares {
			if s != nil {
				v = append(v, s[j])
			}
		}
		if len(v) > 1 {
			out.Terms[j].Low, out.Terms[j].High = figure(Quantile(v, (1-level)/2, 7)), figure(Quantile(v, (1+level)/2, 7))
		}
	}
	return out, err
}

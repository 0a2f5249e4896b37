package web

import (
	"context"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"
)

// ServeYardstick serves an empty Echo handler on ln until ctx is done: what the router and HTTP cost by themselves, to
// measure the service against.
func ServeYardstick(ctx context.Context, ln net.Listener) error {
	e := echo.New()
	e.GET("/*", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.POST("/*", func(c echo.Context) error { return c.NoContent(http.StatusCreated) })
	srv := &http.Server{Handler: e, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(ln); ctx.Err() == nil {
		return err
	}
	return nil
}

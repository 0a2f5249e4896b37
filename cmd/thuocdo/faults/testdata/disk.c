/*
 * A disk that can be full, read-only or lose power, for one process: cc -shared -fPIC -o disk.so disk.c -ldl, then LD_PRELOAD.
 * What SQLite writes, syncs, cuts and removes below FAULTY_DISK_BELOW is also written to FAULTY_DISK_JOURNAL, in the order in
 * which it happened; faults.Journal reads it. The first byte of the file FAULTY_DISK_STATE says how the disk is: 0 well, 1 full,
 * 2 read-only, 3 writes fail.
 *
 * A record: kind, 8 bytes offset, 4 bytes length of the path, 4 bytes length of the data, path, data; lowest byte first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static const char *below;
static size_t below_len;
static volatile const unsigned char *state;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
	const char *journal_path = getenv("FAULTY_DISK_JOURNAL"), *state_path = getenv("FAULTY_DISK_STATE");
	real_write = dlsym(RTLD_NEXT, "write");
	real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
	real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
	real_unlink = dlsym(RTLD_NEXT, "unlink");
	below = getenv("FAULTY_DISK_BELOW");
	below_len = below ? strlen(below) : 0;
	if (journal_path)
		journal = open(journal_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (state_path) {
		int fd = open(state_path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			void *p = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
			if (p != MAP_FAILED)
				state = p;
			close(fd);
		}
	}
}

/* path_of says whether a file is of the disk, and which. */
static int path_of(int fd, char *path) {
	char link[64];
	if (!below)
		return 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, PATH_MAX - 1);
	if (n < (ssize_t)below_len || strncmp(path, below, below_len) != 0)
		return 0;
	path[n] = 0;
	return 1;
}

static void note(char kind, const char *path, uint64_t at, const void *data, uint32_t len) {
	uint32_t path_len = strlen(path);
	char head[17];
	if (journal < 0)
		return;
	head[0] = kind;
	memcpy(head + 1, &at, 8);
	memcpy(head + 9, &path_len, 4);
	memcpy(head + 13, &len, 4);
	struct iovec parts[3] = {{head, sizeof head}, {(void *)path, path_len}, {(void *)data, len}};
	if (writev(journal, parts, data ? 3 : 2) < 0)
		abort(); /* a journal with a hole would show faults that are none */
}

/* refuse says whether the disk takes nothing now. */
static int refuse(void) {
	switch (state ? *state : 0) {
	case 1: errno = ENOSPC; return 1;
	case 2: errno = EROFS; return 1;
	case 3: errno = EIO; return 1;
	}
	return 0;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
	char path[PATH_MAX];
	if (!path_of(fd, path))
		return real_pwrite(fd, data, n, at);
	if (refuse())
		return -1;
	pthread_mutex_lock(&turn);
	ssize_t done = real_pwrite(fd, data, n, at);
	if (done > 0)
		note('W', path, at, data, done);
	pthread_mutex_unlock(&turn);
	return done;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }

ssize_t write(int fd, const void *data, size_t n) {
	char path[PATH_MAX];
	if (!real_write)
		real_write = dlsym(RTLD_NEXT, "write");
	if (!path_of(fd, path))
		return real_write(fd, data, n);
	if (refuse())
		return -1;
	pthread_mutex_lock(&turn);
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t done = real_write(fd, data, n);
	if (done > 0)
		note('W', path, at, data, done);
	pthread_mutex_unlock(&turn);
	return done;
}

int ftruncate64(int fd, off64_t size) {
	char path[PATH_MAX];
	if (!path_of(fd, path))
		return real_ftruncate(fd, size);
	if (refuse())
		return -1;
	pthread_mutex_lock(&turn);
	int failed = real_ftruncate(fd, size);
	if (!failed)
		note('T', path, size, NULL, 0);
	pthread_mutex_unlock(&turn);
	return failed;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

/* Syncs are noted and not done: the journal is what lasts. */
int fsync(int fd) {
	char path[PATH_MAX];
	if (path_of(fd, path)) {
		if (refuse())
			return -1;
		pthread_mutex_lock(&turn);
		note('S', path, 0, NULL, 0);
		pthread_mutex_unlock(&turn);
	}
	return 0;
}

int fdatasync(int fd) { return fsync(fd); }

int unlink(const char *path) {
	pthread_mutex_lock(&turn);
	int failed = real_unlink(path);
	if (!failed && below && strncmp(path, below, below_len) == 0)
		note('U', path, 0, NULL, 0);
	pthread_mutex_unlock(&turn);
	return failed;
}
